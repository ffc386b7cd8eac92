/** How a sender writes the time: whole Unix seconds, whole Unix milliseconds, or ISO 8601 with a zone (RFC 3339). */
export type TimestampUnit = 'seconds' | 'milliseconds' | 'iso'

const wholeNumber = /^(?:0|[1-9][0-9]{0,14})$/
const rfc3339 = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})$/

/**
 * Reads a timestamp strictly; milliseconds since 1970, or `undefined` for anything but the exact form: no sign, no
 * fraction of a Unix time, no exponent, no surrounding text, no leading zeros, no more than 15 digits.
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
  // Date.parse turns 30 February into 1 March; the day written must be the day meant.
  const day = Number(text.slice(8, 10))
  if (day <= 28) return milliseconds
  const lastDay = new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate()
  return day <= lastDay ? milliseconds : undefined
}
