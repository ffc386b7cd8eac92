import { parseTimestamp, type TimestampUnit } from '../verify/freshness.ts'

/** A time of a signed body; `undefined` for anything else. */
export function readTime(value: unknown, unit: TimestampUnit): Date | undefined {
  const time = parseTimestamp(value, unit)
  return time === undefined ? undefined : new Date(time)
}

/** A text of a signed body; `undefined` for anything else. */
export function readText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
