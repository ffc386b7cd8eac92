import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { decodeStrict } from '../encoding.ts'

/** Which signatures a key is for. */
export type PublicKeyAlgorithm = 'ecdsa-sha256' | 'ecdsa-sha384' | 'rsa-sha256'

const curves = { 'ecdsa-sha256': 'prime256v1', 'ecdsa-sha384': 'secp384r1' } as const
const jwsNames = { 'ecdsa-sha256': 'ES256', 'ecdsa-sha384': 'ES384', 'rsa-sha256': 'RS256' } as const

// Below, RSA is not safe any more; above, one signature takes too long.
const leastBits = 2048
const mostBits = 8192
const mostCharacters = 16_384

/** A public key, and the algorithm it names, where it is a JWK that does. */
interface NamedKey {
  readonly key: KeyObject
  readonly jwsName: string | undefined
}

/**
 * Reads the public key for an algorithm: PEM (`PUBLIC KEY` or `RSA PUBLIC KEY`), base64 of its SPKI form, or a JWK as JSON.
 * `undefined` for anything else, a private key included: Node would take the public half of one.
 */
export function readPublicKey(text: string, algorithm: PublicKeyAlgorithm): KeyObject | undefined {
  const named = readText(text)
  if (named === undefined || (named.jwsName ?? jwsNames[algorithm]) !== jwsNames[algorithm]) return undefined
  return isKeyFor(named.key, algorithm) ? named.key : undefined
}

/** Whether a key has the type, the curve or the size that an algorithm needs. */
export function isKeyFor(
  { asymmetricKeyType, asymmetricKeyDetails }: KeyObject,
  algorithm: PublicKeyAlgorithm,
): boolean {
  if (algorithm !== 'rsa-sha256')
    return asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === curves[algorithm]
  const { modulusLength = 0, publicExponent = 0n } = asymmetricKeyDetails ?? {}
  // With the exponent 1, a signature is its own message: anybody could sign.
  const isSafe = publicExponent >= 3n && publicExponent % 2n === 1n
  return asymmetricKeyType === 'rsa' && modulusLength >= leastBits && modulusLength <= mostBits && isSafe
}

function readText(text: string): NamedKey | undefined {
  if (text.length > mostCharacters) return undefined
  try {
    if (text.startsWith('-----BEGIN ')) return toNamed(readPem(text))
    if (text.startsWith('{')) return readJwk(text)
    const der = decodeStrict(text, 'base64', 'optional')
    return toNamed(der && readDer(der))
  } catch {
    return undefined
  }
}

function toNamed(key: KeyObject | undefined): NamedKey | undefined {
  return key && { key, jwsName: undefined }
}

const pem = /^-----BEGIN ((?:RSA )?PUBLIC KEY)-----\s+[A-Za-z\d+/=\s]+-----END \1-----$/

function readPem(text: string): KeyObject | undefined {
  // As environment variables hold it: on one line.
  const lines = text.replaceAll('\\n', '\n').trim()
  return pem.test(lines) ? createPublicKey(lines) : undefined
}

function readDer(der: Buffer): KeyObject | undefined {
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
  // OpenSSL also takes a private key here, and bytes after the key.
  return key.export({ format: 'der', type: 'spki' }).equals(der) ? key : undefined
}

function readJwk(text: string): NamedKey | undefined {
  const jwk = JSON.parse(text) as JsonWebKey & { readonly [name: string]: unknown }
  const isForSigning = jwk.use === undefined || jwk.use === 'sig'
  const isPublic = !['d', 'p', 'q', 'k'].some((name) => Object.hasOwn(jwk, name))
  const operations = jwk['key_ops']
  const mayVerify = operations === undefined || (Array.isArray(operations) && operations.includes('verify'))
  const jwsName = jwk['alg']
  if (!isForSigning || !isPublic || !mayVerify || !(jwsName === undefined || typeof jwsName === 'string'))
    return undefined
  return { key: createPublicKey({ key: jwk, format: 'jwk' }), jwsName }
}
