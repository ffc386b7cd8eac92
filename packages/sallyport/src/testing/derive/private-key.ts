import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { toKeyBytes, type KeyFormat } from '../../verify/encoding.ts'
import { isKeyFor, type PublicKeyAlgorithm } from '../../verify/schemes/read-public-key.ts'

// PKCS #8 around a bare 32-byte Ed25519 seed (RFC 8410, section 7).
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')

/**
 * Reads an Ed25519 private key: PKCS #8 as PEM, or the 32 bytes of the seed (or seed and public key, 64 bytes) as the sender
 * writes its public key; `whsk_`, the prefix of Standard Webhooks, may come before them. `undefined` for anything else.
 */
export function readPrivateKey(secret: string, format: KeyFormat): KeyObject | undefined {
  if (secret.startsWith('-----BEGIN ')) return onCurve(toKey(() => createPrivateKey(secret)))
  const text = secret.replace(/^(?:v1a,)?whsk_/, '')
  // A public key has as many bytes as a seed.
  const prefixes = [format.strip ?? []].flat()
  if (prefixes.some((prefix) => /pk|pub/i.test(prefix) && text.startsWith(prefix))) return undefined
  const bytes = toKeyBytes(text, { ...format, prefixRequired: text === secret && format.prefixRequired })
  if (bytes?.length !== 32 && bytes?.length !== 64) return undefined
  const der = Buffer.concat([pkcs8Prefix, bytes.subarray(0, 32)])
  return toKey(() => createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }))
}

const onCurve = (key: KeyObject | undefined): KeyObject | undefined =>
  key?.asymmetricKeyType === 'ed25519' ? key : undefined

/**
 * Reads a private key for ECDSA or RSA: PEM, base64 of its PKCS #8 form, or a JWK as JSON. `undefined` for anything else, and
 * for a key that the algorithm does not take.
 */
export function readSigningKey(secret: string, algorithm: PublicKeyAlgorithm): KeyObject | undefined {
  const key = toKey(() => {
    if (secret.startsWith('-----BEGIN ')) return createPrivateKey(secret)
    if (secret.startsWith('{')) return createPrivateKey({ key: JSON.parse(secret) as JsonWebKey, format: 'jwk' })
    return createPrivateKey({ key: Buffer.from(secret, 'base64'), format: 'der', type: 'pkcs8' })
  })
  return key && isKeyFor(key, algorithm) ? key : undefined
}

function toKey(read: () => KeyObject): KeyObject | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
