import { createPublicKey, createSecretKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { toKeyBytes } from '../encoding.ts'
import { fetchGlobally, fetchText } from '../keys/fetch-text.ts'
import { createKeyCache } from '../keys/key-cache.ts'
import { readPublicKey } from '../schemes/read-public-key.ts'
import { refuse, type Refusal } from '../verdict.ts'
import { loadJose, type Jose } from './load-jose.ts'
import type { JwtAlgorithm, JwtKeys, JwtOptions } from './options.ts'
import type { Token } from './token.ts'

/** A key to try on a token. */
export interface CandidateKey {
  readonly key: unknown
  readonly keyIndex: number
  /** Name of a key that was not the receiver's secret. */
  readonly keyId?: string | undefined
}

/** Finds the keys for a token. @param secrets the receiver's, prepared */
export type FindKeys = (token: Token, secrets: readonly unknown[]) => Promise<readonly CandidateKey[] | Refusal>

/** A secret as a key, with the algorithms it can verify. */
interface SecretKey {
  readonly key: KeyObject
  readonly algorithm: JwtAlgorithm
}

/** Makes the key of a secret; `undefined` for one that none of the algorithms can use. */
export function prepareJwtSecret({ keys, algorithms }: JwtOptions, secret: string): SecretKey | undefined {
  if (keys.from !== 'secret') return undefined
  if (algorithms.includes('HS256')) {
    const bytes = toKeyBytes(secret, keys.format ?? {})
    return bytes && { key: createSecretKey(bytes), algorithm: 'HS256' }
  }
  for (const algorithm of algorithms) {
    const key = readKey(secret, algorithm)
    if (key !== undefined) return { key, algorithm }
  }
  return undefined
}

function readKey(text: string, algorithm: JwtAlgorithm): KeyObject | undefined {
  switch (algorithm) {
    case 'HS256':
      return undefined
    case 'RS256':
      return readPublicKey(text, 'rsa-sha256')
    case 'ES256':
      return readPublicKey(text, 'ecdsa-sha256')
    case 'EdDSA':
      return readEd25519Key(text)
  }
}

function readEd25519Key(text: string): KeyObject | undefined {
  try {
    // Node would take the public half of a private key.
    if (text.includes('PRIVATE KEY')) return undefined
    const jwk = text.startsWith('{') ? (JSON.parse(text) as JsonWebKey) : undefined
    if (jwk !== undefined && Object.hasOwn(jwk, 'd')) return undefined
    const key = createPublicKey(jwk === undefined ? text : { key: jwk, format: 'jwk' })
    return key.asymmetricKeyType === 'ed25519' ? key : undefined
  } catch {
    return undefined
  }
}

/** Makes the function that finds keys, from wherever they come. */
export function createFindKeys(keys: JwtKeys): FindKeys {
  switch (keys.from) {
    case 'secret':
      return ({ algorithm }, secrets) =>
        Promise.resolve(
          (secrets as readonly SecretKey[]).flatMap((secret, keyIndex) =>
            secret.algorithm === algorithm ? [{ key: secret.key, keyIndex }] : [],
          ),
        )
    case 'jwks':
      return findInSet(keys)
    case 'function':
      return findByFunction(keys)
  }
}

type KeySet = ReturnType<Jose['createLocalJWKSet']>

// A full set of Google has two thousand.
const mostBytes = 256 * 1024
// A key that is not in a set that old may be in a newer one.
const newSetAfterMs = 30_000

function findInSet(keys: JwtKeys & { readonly from: 'jwks' }): FindKeys {
  const { url, fetch = fetchGlobally } = keys
  const sets = createKeyCache<KeySet>(async (address, signal) => {
    const { createLocalJWKSet } = await loadJose()
    return createLocalJWKSet(JSON.parse(await fetchText(new URL(address), { fetch, maxBytes: mostBytes, signal })))
  }, keys)
  return async (token) => {
    if (token.keyId === undefined) return unnamed
    const set = await sets.get(url)
    if ('code' in set) return set
    const known = await pick(set, token)
    if (known !== undefined) return [known]
    const newer = await sets.get(url, newSetAfterMs)
    if ('code' in newer) return newer
    return found(newer === set ? undefined : await pick(newer, token))
  }
}

function findByFunction({ find, ...times }: JwtKeys & { readonly from: 'function' }): FindKeys {
  const sets = createKeyCache<KeySet>(async (kid, signal) => {
    const [jwk, { createLocalJWKSet }] = await Promise.all([find(kid, { signal }), loadJose()])
    // Without types it may be null. An empty set would be kept as if it were a key.
    return jwk ? createLocalJWKSet({ keys: [{ ...jwk, kid }] }) : undefined
  }, times)
  return async (token) => {
    const set = token.keyId === undefined ? unnamed : await sets.get(token.keyId)
    return 'code' in set ? set : found(await pick(set, token))
  }
}

const unnamed = refuse('SIGNATURE_MALFORMED', 'the token does not name its key')

function found(key: CandidateKey | undefined): readonly CandidateKey[] | Refusal {
  return key === undefined ? refuse('KEY_UNAVAILABLE', 'the sender has no such key for this algorithm') : [key]
}

/** The key of a set that the token names, if it is for the token's algorithm. */
async function pick(set: KeySet, { algorithm, keyId }: Token): Promise<CandidateKey | undefined> {
  if (keyId === undefined) return undefined
  try {
    return { key: await set({ alg: algorithm, kid: keyId }), keyIndex: 0, keyId }
  } catch {
    // No such key, two of them, or one that is damaged.
    return undefined
  }
}
