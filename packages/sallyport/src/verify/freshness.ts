import type { JsonObject } from './decode.ts'
import { refuse, type Refusal } from './verdict.ts'

/** How a sender writes the time: whole Unix seconds, whole Unix milliseconds, or ISO 8601 with a zone (RFC 3339). */
export type TimestampUnit = 'seconds' | 'milliseconds' | 'iso'

/** Where a sender puts the signed time, and how it is written. */
export type Freshness =
  | { readonly from: 'signature'; readonly unit: TimestampUnit }
  | { readonly from: 'header'; readonly name: string; readonly unit: TimestampUnit }
  | { readonly from: 'body'; readonly path: readonly string[]; readonly unit: TimestampUnit }
  | { readonly from: 'nowhere'; readonly reason: string }

/** The time is in the signature header beside the signature (`t=`). */
export function fromSignature(unit: TimestampUnit): Freshness {
  return { from: 'signature', unit }
}

/** The time is in its own header, which must be one of the signed parts. */
export function fromHeader(name: string, unit: TimestampUnit): Freshness {
  return { from: 'header', name, unit }
}

/** The time is in the signed body. @param path member names joined by dots, as in `'meta.sentAt'` */
export function fromBody(path: string, unit: TimestampUnit): Freshness {
  return { from: 'body', path: path.split('.'), unit }
}

/** The sender signs no time, so age cannot be checked. @param reason shown by `receiver.describe()` */
export function noTimestamp(reason: string): Freshness & { readonly from: 'nowhere' } {
  return { from: 'nowhere', reason }
}

/** Reads the signed time from a decoded body, in milliseconds since 1970. */
export function readBodyTimestamp(body: JsonObject, path: readonly string[], unit: TimestampUnit): number | Refusal {
  let value: unknown = body
  for (const member of path) {
    const hasMember = typeof value === 'object' && value !== null && Object.hasOwn(value, member)
    value = hasMember ? (value as JsonObject)[member] : undefined
  }
  if (value === undefined) return refuse('TIMESTAMP_MISSING')
  return parseTimestamp(value, unit) ?? refuse('TIMESTAMP_MALFORMED')
}

/** Refuses a signed time that differs from the time of arrival by more than the tolerance, in either direction. */
export function checkFreshness(signedAt: number, receivedAt: number, toleranceMs: number): Refusal | undefined {
  const age = receivedAt - signedAt
  if (age > toleranceMs) return refuse('TIMESTAMP_STALE')
  if (age < -toleranceMs) return refuse('TIMESTAMP_FUTURE')
  // Comparisons with NaN are false; a clock that returns no number must not pass.
  return Number.isFinite(age) ? undefined : refuse('TIMESTAMP_MALFORMED')
}

/** Refuses a claim before or after the period in which it counts, widened by the tolerance. */
export function checkPeriod(
  { notBefore, notAfter }: { readonly notBefore?: number | undefined; readonly notAfter?: number | undefined },
  receivedAt: number,
  toleranceMs: number,
): Refusal | undefined {
  // A time of arrival or a limit that is NaN must not pass.
  if (notAfter !== undefined && !(receivedAt - toleranceMs <= notAfter)) return refuse('TIMESTAMP_STALE')
  if (notBefore !== undefined && !(receivedAt + toleranceMs >= notBefore)) return refuse('TIMESTAMP_FUTURE')
  return undefined
}

const wholeNumber = /^(?:0|[1-9][0-9]{0,14})$/
const rfc3339 = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})$/

/**
 * Reads a timestamp strictly, into milliseconds since 1970. Anything else gives `undefined`: a sign, a fraction of a Unix
 * time, an exponent, surrounding text, leading zeros, more than 15 digits.
 *
 * @example
 * parseTimestamp('1700000000', 'seconds') // 1700000000000
 * parseTimestamp('1700junk', 'seconds') // undefined
 */
export function parseTimestamp(value: unknown, unit: TimestampUnit): number | undefined {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string') return undefined
  if (unit === 'iso') return parseRfc3339(text)
  if (!wholeNumber.test(text)) return undefined
  const milliseconds = unit === 'seconds' ? Number(text) * 1000 : Number(text)
  return Number.isSafeInteger(milliseconds) ? milliseconds : undefined
}

function parseRfc3339(text: string): number | undefined {
  if (!rfc3339.test(text)) return undefined
  const milliseconds = Date.parse(text)
  if (Number.isNaN(milliseconds)) return undefined
  // Date.parse turns 30 February into 1 March; reject days that do not exist.
  const day = Number(text.slice(8, 10))
  if (day <= 28) return milliseconds
  const lastDay = new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate()
  return day <= lastDay ? milliseconds : undefined
}
