import { allow } from '../../options/allow.ts'
import { checkOptions, type OptionRules } from '../../options/check-options.ts'
import { failProvider } from '../check-provider.ts'
import { keyRules, type KeyFormat } from '../encoding.ts'
import { createAddressCheck } from '../keys/key-address.ts'
import type { KeyFetchOptions } from '../keys/certificate-keys.ts'
import type { KeyCacheOptions } from '../keys/key-cache.ts'

/** Signature algorithms of tokens (RFC 7518, RFC 8037). `none` is no algorithm. */
export type JwtAlgorithm = 'HS256' | 'RS256' | 'ES256' | 'EdDSA'

/** A public key as JSON (RFC 7517). */
export type PublicJwk = Readonly<Record<string, unknown>>

type MaybeJwk = PublicJwk | undefined

/** Where the keys of a token come from. The token itself never says: `jwk`, `jku`, `x5c` and `x5u` in its header are ignored. */
export type JwtKeys =
  /** The receiver's `secret`: for HS256 its text or bytes, else a public key as PEM or JWK. */
  | { readonly from: 'secret'; readonly format?: KeyFormat | undefined }
  /** A set of keys at one fixed address (RFC 7517, section 5), found by the token's `kid`. */
  | ({ readonly from: 'jwks'; readonly url: string } & KeyFetchOptions)
  /**
   * A function that gets the token's `kid`, which is not proven yet. Returns `undefined` where the sender has no such key, or no
   * more; rejects where it cannot tell: a key that is known stays in use then.
   */
  | ({
      readonly from: 'function'
      readonly find: (keyId: string, context: { readonly signal: AbortSignal }) => MaybeJwk | Promise<MaybeJwk>
    } & KeyCacheOptions)

/** What a token proves beside its claims. */
export type JwtBinding =
  /** The body: a claim holds its SHA-256. */
  | { readonly to: 'body'; readonly claim: string; readonly encoding: 'hex' | 'base64' | 'base64url' }
  /** Method, path and query, not the body: a claim holds Atlassian's query string hash. */
  | { readonly to: 'request'; readonly claim: string }
  /** Nothing: anyone who has a token may send any body with it until it expires. @param reason shown by `receiver.describe()` */
  | { readonly to: 'nothing'; readonly reason: string }

type ClaimValue = string | number | boolean

/** Options of `jwt`. */
export interface JwtOptions {
  /** Header that carries the token. */
  readonly header: string
  /** What stands before the token, in any case: `'Bearer '`. @default '' */
  readonly prefix?: string | undefined
  /** Accepted algorithms: HS256 alone, or any of the others. */
  readonly algorithms: readonly JwtAlgorithm[]
  readonly keys: JwtKeys
  /** What a token covers. */
  readonly binds: JwtBinding
  /** Accepted `iss`. @default not checked */
  readonly issuer?: string | readonly string[] | undefined
  /** Accepted `aud`; a token for several audiences must name one of them. @default not checked */
  readonly audience?: string | readonly string[] | undefined
  /** Claims that a token must have, with their value or a list of accepted ones. @default none */
  readonly claims?: Readonly<Record<string, ClaimValue | readonly ClaimValue[]>> | undefined
  /**
   * Which claim limits the age: `iat` or `nbf`, the time of signing, which may differ from the clock by the tolerance; or `exp`
   * alone. `exp` and `nbf` are checked wherever a token has them. @default 'iat'
   */
  readonly age?: 'iat' | 'nbf' | 'exp' | undefined
}

const value = allow.either(allow.text, allow.number(-Infinity), allow.flag)
const texts = allow.either(allow.filled, allow.listOf(allow.filled, 'strings'))

const rules: OptionRules<JwtOptions> = {
  header: allow.required(allow.filled),
  prefix: allow.text,
  algorithms: allow.required(
    allow.listOf(allow.oneOf('HS256', 'RS256', 'ES256', 'EdDSA'), 'HS256, RS256, ES256, EdDSA'),
  ),
  keys: allow.required(allow.record),
  binds: allow.required(allow.record),
  issuer: texts,
  audience: texts,
  claims: allow.record,
  age: allow.oneOf('iat', 'nbf', 'exp'),
}

/** @throws SallyportError `PROVIDER_INVALID` for options under which a token would prove less than they say */
export function checkJwtOptions(options: JwtOptions): void {
  checkOptions('jwt', options, rules, failProvider)
  const { algorithms, keys, binds, claims = {} } = options
  const isShared = algorithms.includes('HS256')
  if (algorithms.length === 0) failProvider('jwt: algorithms must name at least one')
  // A public key is no secret: it must never be taken for one.
  if (isShared && algorithms.length > 1) failProvider('jwt: HS256 must not be mixed with public keys')
  if (isShared && keys.from !== 'secret') failProvider('jwt: HS256 needs keys: { from: "secret" }')
  checkKeys(keys)
  checkBinding(binds)
  for (const [name, accepted] of Object.entries(claims)) {
    const list = Array.isArray(accepted) ? (accepted as readonly unknown[]) : [accepted]
    if (list.length === 0 || !list.every((one) => value.accepts(one)))
      failProvider(`jwt: the claim "${name}" must have a value, or a list of values, not an unset variable`)
  }
  for (const [name, list] of [
    ['issuer', options.issuer],
    ['audience', options.audience],
  ] as const)
    if (Array.isArray(list) && list.length === 0) failProvider(`jwt: ${name} must name at least one`)
}

function checkKeys(keys: JwtKeys): void {
  if (keys.from === 'secret') return checkOptions('jwt, keys.format', keys.format ?? {}, keyRules, failProvider)
  if (keys.from === 'function') {
    if (typeof keys.find !== 'function') failProvider('jwt: keys.find must be a function')
    return
  }
  if (keys.from !== 'jwks') failProvider("jwt: keys.from must be 'secret', 'jwks' or 'function'")
  const host = /^https:\/\/([^/]+)\//.exec(keys.url)?.[1] ?? ''
  if (createAddressCheck({ hosts: [host] })(keys.url) === undefined)
    failProvider('jwt: keys.url must be a plain https address, without port, user, query or fragment')
}

function checkBinding(binds: JwtBinding): void {
  const { to } = binds
  const isKnown = to === 'body' || to === 'request' || to === 'nothing'
  if (!isKnown) failProvider("jwt: binds.to must be 'body', 'request' or 'nothing'")
  if (to === 'nothing') {
    if (!allow.filled.accepts(binds.reason)) failProvider('jwt: binds.reason must say why the body is not covered')
    return
  }
  if (!allow.filled.accepts(binds.claim)) failProvider('jwt: binds.claim must name a claim')
  if (to === 'body' && !['hex', 'base64', 'base64url'].includes(binds.encoding))
    failProvider("jwt: binds.encoding must be 'hex', 'base64' or 'base64url'")
}

/** A list of what may be one value or several. */
export function toList<Value>(given: Value | readonly Value[] | undefined): readonly Value[] | undefined {
  return given === undefined ? undefined : Array.isArray(given) ? (given as readonly Value[]) : [given as Value]
}
