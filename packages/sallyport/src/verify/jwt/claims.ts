import type { JsonObject } from '../decode.ts'
import { refuse, type Refusal } from '../verdict.ts'
import { toList, type JwtOptions } from './options.ts'

/** The times a token claims, in milliseconds since 1970. */
export interface TokenTimes {
  readonly signedAt?: number | undefined
  readonly notBefore?: number | undefined
  readonly notAfter?: number | undefined
}

/** Checks issuer, audience and required claims, and reads the times. */
export function readClaims(claims: JsonObject, options: JwtOptions): TokenTimes | Refusal {
  return findUnmet(claims, options) ?? readTimes(claims, options.age ?? 'iat')
}

function findUnmet(claims: JsonObject, { issuer, audience, claims: required = {} }: JwtOptions): Refusal | undefined {
  const issuers = toList(issuer)
  if (issuers !== undefined && !issuers.includes(claimOf(claims, 'iss') as string)) return unmet('iss')
  const audiences = toList(audience)
  const named = toList(claimOf(claims, 'aud')) ?? []
  if (audiences !== undefined && !audiences.some((one) => named.includes(one))) return unmet('aud')
  for (const [name, accepted] of Object.entries(required))
    if (!(toList(accepted) as readonly unknown[]).includes(claimOf(claims, name))) return unmet(name)
  return undefined
}

function unmet(name: string): Refusal {
  return refuse('TOKEN_CLAIM_MISMATCH', `the claim "${name}" of the token is missing or not an accepted one`)
}

/** A claim that the token itself has. */
export function claimOf(claims: JsonObject, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined
}

function readTimes(claims: JsonObject, age: 'iat' | 'nbf' | 'exp'): TokenTimes | Refusal {
  const iat = readTime(claims, 'iat')
  const nbf = readTime(claims, 'nbf')
  const exp = readTime(claims, 'exp')
  for (const time of [iat, nbf, exp]) if (typeof time === 'object') return time
  const times = { iat, nbf, exp } as { readonly [Name in 'iat' | 'nbf' | 'exp']: number | undefined }
  if (times[age] === undefined) return refuse('TIMESTAMP_MISSING', `the token has no claim "${age}"`)
  // A token from the future is none of today, also where its age does not count.
  const notBefore = Math.max(times.nbf ?? -Infinity, times.iat ?? -Infinity)
  return {
    signedAt: age === 'exp' ? undefined : times[age],
    notBefore: notBefore === -Infinity ? undefined : notBefore,
    notAfter: times.exp,
  }
}

// RFC 7519, section 2: a number of seconds, which may have a fraction.
const mostSeconds = Number.MAX_SAFE_INTEGER / 1000

function readTime(claims: JsonObject, name: string): number | undefined | Refusal {
  const value = claimOf(claims, name)
  if (value === undefined) return undefined
  const isTime = typeof value === 'number' && value >= 0 && value <= mostSeconds
  return isTime ? value * 1000 : refuse('TIMESTAMP_MALFORMED', `the claim "${name}" of the token is no time`)
}
