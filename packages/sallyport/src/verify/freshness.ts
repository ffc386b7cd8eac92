import type { JsonObject } from './decode.ts'
import { parseTimestamp, type TimestampUnit } from './timestamp.ts'
import { refuse, type Refusal } from './verdict.ts'

/** Where a sender's signed time is found, and how it is written. */
export type Freshness =
  | { readonly from: 'signature'; readonly unit: TimestampUnit }
  | { readonly from: 'header'; readonly name: string; readonly unit: TimestampUnit }
  | { readonly from: 'body'; readonly path: readonly string[]; readonly unit: TimestampUnit }
  | { readonly from: 'nowhere'; readonly reason: string }

/** The time stands in the signature header beside the signature (`t=`). */
export function fromSignature(unit: TimestampUnit): Freshness {
  return { from: 'signature', unit }
}

/** The time stands in a header of its own, which must be one of the signed parts. */
export function fromHeader(name: string, unit: TimestampUnit): Freshness {
  return { from: 'header', name, unit }
}

/** The time stands in the signed body. @param path member names joined by dots, as in `'meta.sentAt'` */
export function fromBody(path: string, unit: TimestampUnit): Freshness {
  return { from: 'body', path: path.split('.'), unit }
}

/** The sender signs no time, so age cannot be checked. @param reason shown by `receiver.describe()` */
export function noTimestamp(reason: string): Freshness & { readonly from: 'nowhere' } {
  return { from: 'nowhere', reason }
}

/** The signed time a decoded body carries, in milliseconds since 1970. */
export function readBodyTimestamp(body: JsonObject, path: readonly string[], unit: TimestampUnit): number | Refusal {
  let value: unknown = body
  for (const member of path) {
    const hasMember = typeof value === 'object' && value !== null && Object.hasOwn(value, member)
    value = hasMember ? (value as JsonObject)[member] : undefined
  }
  if (value === undefined) return refuse('TIMESTAMP_MISSING')
  return parseTimestamp(value, unit) ?? refuse('TIMESTAMP_MALFORMED')
}

/** Refuses a signed time that lies further than the tolerance from the time of arrival, in the past or in the future. */
export function checkFreshness(signedAt: number, receivedAt: number, toleranceMs: number): Refusal | undefined {
  const age = receivedAt - signedAt
  if (age > toleranceMs) return refuse('TIMESTAMP_STALE')
  if (age < -toleranceMs) return refuse('TIMESTAMP_FUTURE')
  // A comparison with NaN is false; a clock that gives no number must not pass.
  return Number.isFinite(age) ? undefined : refuse('TIMESTAMP_MALFORMED')
}
