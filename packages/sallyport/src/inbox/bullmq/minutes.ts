import type { MinuteCount } from '../engine.ts'
import type { OpenQueue } from './open.ts'
import { runScript } from './scripts.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const keptMs = 7 * 24 * hourMs

const toHour = (time: number): number => Math.floor(time / hourMs) * hourMs
const toName = (hour: number): string => `sallyport:minutes:${hour}`

/** Adds counts to those in the store, in one round trip. */
export async function addMinutes({ redis, toKey }: OpenQueue, counts: readonly MinuteCount[]): Promise<void> {
  const values = counts.flatMap(({ minute, provider, outcome, count, durations = [] }) => {
    const hour = toHour(minute)
    return [
      toKey(toName(hour)),
      `${(minute - hour) / minuteMs} ${outcome} ${provider}`,
      [count, ...durations].join(' '),
    ]
  })
  await runScript(redis, toKey, 'addMinutes', '', keptMs + hourMs, ...values)
}

/** What happened per minute, oldest first. */
export async function readMinutes(
  { redis, toKey }: OpenQueue,
  { since, until = Infinity }: { readonly since: number; readonly until?: number | undefined },
): Promise<readonly MinuteCount[]> {
  // Another process may be ahead.
  const last = Math.min(until, Date.now() + hourMs)
  const first = Math.max(since, Date.now() - keptMs)
  const reading = redis.pipeline()
  const hours: number[] = []
  for (let hour = toHour(first); hour < last; hour += hourMs) {
    hours.push(hour)
    reading.hgetall(toKey(toName(hour)))
  }
  const replies = (await reading.exec()) ?? []
  return replies
    .flatMap(([error, fields], index) => {
      if (error) throw error
      return Object.entries(fields as Record<string, string>).map(([field, text]) =>
        toCount(hours[index]!, field, text),
      )
    })
    .filter(({ minute }) => minute >= first && minute < last)
    .toSorted((one, other) => one.minute - other.minute)
}

function toCount(hour: number, field: string, text: string): MinuteCount {
  const [minute = '', outcome = ''] = field.split(' ', 2)
  const [count = 0, ...durations] = text.split(' ').map(Number)
  return {
    minute: hour + Number(minute) * minuteMs,
    provider: field.slice(minute.length + outcome.length + 2),
    outcome: outcome as MinuteCount['outcome'],
    count,
    ...(durations.length > 0 && { durations }),
  }
}
