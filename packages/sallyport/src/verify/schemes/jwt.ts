import { createHash, timingSafeEqual } from 'node:crypto'
import { freezeCopy } from '../../options/freeze-copy.ts'
import type { Delivery } from '../delivery.ts'
import { decodeStrict } from '../encoding.ts'
import { fromSignature, noTimestamp, type Freshness } from '../freshness.ts'
import { readSecurityHeader } from '../header-list.ts'
import { claimOf, readClaims } from '../jwt/claims.ts'
import { createFindKeys, prepareJwtSecret } from '../jwt/find-keys.ts'
import { loadJose } from '../jwt/load-jose.ts'
import { checkJwtOptions, toList, type JwtBinding, type JwtOptions } from '../jwt/options.ts'
import { hashQuery } from '../jwt/query-hash.ts'
import { readToken, type Token } from '../jwt/token.ts'
import { isRefusal, refuse, type Refusal } from '../verdict.ts'
import { findUrlFault } from './message.ts'
import type { Claim, Scheme } from './scheme.ts'

interface JwtClaim extends Claim {
  readonly token: Token
}

/**
 * A signed token in a header (JWT, RFC 7519), verified with the package `jose`, an optional peer that is loaded when the first
 * token arrives. The algorithm is pinned, and neither `none` nor a key in the token counts. Claims and times are checked before
 * the body is read. Where the token does not cover the body, nothing signed names an event: there is no dedupe key.
 *
 * @throws SallyportError `PROVIDER_INVALID` for options under which a token would prove less than they say
 * @example
 * jwt({ header: 'authorization', algorithms: ['HS256'], keys: { from: 'secret' }, issuer: 'acme', age: 'nbf',
 *   binds: { to: 'body', claim: 'sha256', encoding: 'base64' } })
 */
export function jwt(given: JwtOptions): Scheme {
  checkJwtOptions(given)
  const options = freezeCopy(given)
  const { header, prefix = '', algorithms, keys, binds } = options
  const headerName = header.toLowerCase()
  const freshness = freezeCopy(toFreshness(options))
  const findKeys = createFindKeys(keys)

  const scheme: Scheme = {
    kind: 'jwt',
    needsBody: binds.to === 'body',
    isAsync: true,
    coversBody: binds.to === 'body',
    needsSecret: keys.from === 'secret',
    freshness,
    secretHeaders: freezeCopy([headerName]),
    definition: () => ({ kind: 'jwt', options }),
    describe: () => ({
      kind: 'jwt',
      header: headerName,
      algorithm: `JWT with ${algorithms.join(', ')}`,
      signed: ['claims', ...describeBinding(binds)],
      freshness:
        freshness.from === 'nowhere' ? `not checked: ${freshness.reason}` : `from the claim ${options.age ?? 'iat'}`,
      also: describeConditions(options),
    }),
    signedHeader: () => undefined,
    prepareKey: (secret) => prepareJwtSecret(options, secret),

    inspect(head): JwtClaim | Refusal {
      const value = readSecurityHeader(head.headers, headerName, 'SIGNATURE_MISSING')
      if (typeof value === 'object') return value
      const hasPrefix = value.slice(0, prefix.length).toLowerCase() === prefix.toLowerCase()
      const token = hasPrefix ? readToken(value.slice(prefix.length)) : undefined
      if (token === undefined) return refuse('SIGNATURE_MALFORMED')
      if (!(algorithms as readonly string[]).includes(token.algorithm))
        return refuse('SIGNATURE_MALFORMED', 'the token has another algorithm than the accepted ones')
      const fault = binds.to === 'request' ? findUrlFault(head) : undefined
      if (fault !== undefined) return fault
      const times = readClaims(token.claims, options)
      return isRefusal(times) ? times : { token, ...times }
    },

    async verify(claim: JwtClaim, delivery, secrets) {
      const { token } = claim
      // First, so that a forged token without a fitting hash costs no look-up of a key.
      if (!isBound(binds, token, delivery)) return undefined
      const candidates = await findKeys(token, secrets)
      if (isRefusal(candidates)) return candidates
      for (const { key, keyIndex, keyId } of candidates)
        if (await isSigned(token, key)) return { keyIndex, keyId, scheme, claim }
      return undefined
    },

    signedBytes: ({ token }: JwtClaim, { body }) => (binds.to === 'body' ? [token.signedText, '.', body] : undefined),
  }
  return Object.freeze(scheme)
}

/** Whether jose finds that the key signed the token. */
async function isSigned(token: Token, key: unknown): Promise<boolean> {
  const jose = await loadJose()
  try {
    await jose.compactVerify(token.text, key, { algorithms: [token.algorithm] })
    return true
  } catch (error) {
    if (error instanceof jose.errors.JOSEError) return false
    throw error
  }
}

function isBound(binds: JwtBinding, { claims }: Token, delivery: Delivery): boolean {
  switch (binds.to) {
    case 'nothing':
      return true
    case 'body':
      return isEqual(claimOf(claims, binds.claim), binds.encoding, createHash('sha256').update(delivery.body).digest())
    case 'request':
      return isEqual(claimOf(claims, binds.claim), 'hex', Buffer.from(hashQuery(delivery.method, delivery.url), 'hex'))
  }
}

function isEqual(text: unknown, encoding: 'hex' | 'base64' | 'base64url', expected: Buffer): boolean {
  const bytes = typeof text === 'string' ? decodeStrict(text, encoding) : undefined
  return bytes?.length === expected.length && timingSafeEqual(bytes, expected)
}

function toFreshness({ age = 'iat', binds }: JwtOptions): Freshness {
  if (age !== 'exp') return fromSignature('seconds')
  const cover = binds.to === 'body' ? '' : ', with any body'
  return noTimestamp(`a token may be used again until it expires${cover}`)
}

function describeBinding(binds: JwtBinding): string[] {
  switch (binds.to) {
    case 'body':
      return [`body, by its SHA-256 in the claim ${binds.claim}`]
    case 'request':
      return [`method, path and query, by their hash in the claim ${binds.claim}`]
    case 'nothing':
      return []
  }
}

function describeConditions({ issuer, audience, claims = {}, binds }: JwtOptions): string[] {
  const lists = { iss: toList(issuer), aud: toList(audience) }
  return [
    ...Object.entries(lists).flatMap(([name, list]) => (list === undefined ? [] : [`${name}: ${list.join(' or ')}`])),
    ...Object.entries(claims).map(([name, value]) => `${name}: ${toList(value)!.join(' or ')}`),
    ...(binds.to === 'nothing' ? [`the body is not covered: ${binds.reason}`] : []),
    'exp and nbf, where the token has them',
  ]
}
