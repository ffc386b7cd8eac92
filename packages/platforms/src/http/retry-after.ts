/**
 * Milliseconds a `Retry-After` header asks for (RFC 9110, section 10.2.3: seconds or a date); `undefined` for none, or one
 * that cannot be read.
 */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  const text = value?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  // A date in the form of the RFC; `Date.parse` alone would take nearly anything.
  if (!/^[A-Z][a-z]{2,8},? /.test(text)) return undefined
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : Math.max(0, time - now)
}
