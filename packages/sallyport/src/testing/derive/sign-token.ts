import { createHash, createHmac, createPrivateKey, sign, type KeyObject } from 'node:crypto'
import { toKeyBytes } from '../../verify/encoding.ts'
import { toList, type JwtAlgorithm, type JwtOptions } from '../../verify/jwt/options.ts'
import { hashQuery } from '../../verify/jwt/query-hash.ts'

/** What a token is for. */
export interface TokenInput {
  readonly body: Uint8Array
  /** Milliseconds since 1970. */
  readonly signedAt: number
  readonly method: string
  readonly url: string
}

// A token of which only the end counts lives for an hour, as those of identity providers; others for five minutes.
const lifetimes = { iat: 300, nbf: 300, exp: 3600 } as const

/**
 * Makes a token with the first accepted value of each claim.
 *
 * @param secret the shared secret, or a private key as PEM or JWK; the `kid` of a JWK is written into the token
 * @returns `undefined` for a secret in another format
 */
export function signToken(options: JwtOptions, secret: string, input: TokenInput): string | undefined {
  const { keys, prefix = '' } = options
  const isShared = options.algorithms.includes('HS256')
  const shared = isShared ? toKeyBytes(secret, keys.from === 'secret' ? (keys.format ?? {}) : {}) : undefined
  const pair = isShared ? undefined : readSigningKey(secret)
  const algorithm = shared === undefined ? pair?.algorithm : 'HS256'
  if (algorithm === undefined || !options.algorithms.includes(algorithm)) return undefined
  const header = { alg: algorithm, typ: 'JWT', ...(keys.from === 'secret' ? {} : { kid: pair?.keyId ?? 'key-1' }) }
  const signedText = [header, makeClaims(options, input)].map(encode).join('.')
  const signature = shared ? createHmac('sha256', shared).update(signedText).digest() : signWith(pair!, signedText)
  return `${prefix}${signedText}.${signature.toString('base64url')}`
}

interface SigningKey {
  readonly key: KeyObject
  readonly algorithm: JwtAlgorithm
  readonly keyId: string | undefined
}

function readSigningKey(text: string): SigningKey | undefined {
  try {
    const jwk = text.startsWith('{') ? (JSON.parse(text) as Record<string, string>) : undefined
    const key = createPrivateKey(jwk === undefined ? text : { key: jwk, format: 'jwk' })
    const { asymmetricKeyType: type } = key
    const algorithm = type === 'rsa' ? 'RS256' : type === 'ec' ? 'ES256' : type === 'ed25519' ? 'EdDSA' : undefined
    return algorithm && { key, algorithm, keyId: jwk?.['kid'] }
  } catch {
    return undefined
  }
}

function signWith({ key, algorithm }: SigningKey, text: string): Buffer {
  const bytes = Buffer.from(text)
  if (algorithm === 'EdDSA') return sign(null, bytes, key)
  return sign('sha256', bytes, algorithm === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' } : key)
}

function makeClaims(options: JwtOptions, { body, signedAt, method, url }: TokenInput): Record<string, unknown> {
  const { issuer, audience, claims = {}, age = 'iat', binds } = options
  const at = Math.floor(signedAt / 1000)
  return {
    iss: toList(issuer)?.[0],
    aud: toList(audience)?.[0],
    ...Object.fromEntries(Object.entries(claims).map(([name, accepted]) => [name, toList(accepted)![0]])),
    [age === 'nbf' ? 'nbf' : 'iat']: at,
    exp: at + lifetimes[age],
    ...(binds.to === 'body' ? { [binds.claim]: createHash('sha256').update(body).digest(binds.encoding) } : {}),
    ...(binds.to === 'request' ? { [binds.claim]: hashQuery(method, url) } : {}),
  }
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
