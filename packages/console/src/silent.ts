import type { Overview } from './api.ts'

/** Deliveries of a provider that arrived within one minute, whatever became of them. */
export interface Arrivals {
  /** When it began; milliseconds since 1970. */
  readonly minute: number
  readonly provider: string
  readonly count: number
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

const shortestSilence = 15 * minuteMs
/** Days that are compared with; the seventh is the same day of the week. */
const mostDays = 7
const fewestDays = 2
// Of a Poisson process that fills so many slots, none at all is rarer than 1 in 400.
const usualSlots = 6
const fewestSlots = 3

interface Past {
  readonly minutes: readonly number[]
  readonly counts: readonly number[]
}

/**
 * Providers that are silent against their own past: at this time of day, so long, they sent something on other days. A sender
 * that is always rare, sleeps at night or on weekends, or is new, is not silent.
 *
 * Each day before is looked at in the same hours as the silence. What arrives in bursts counts once per slot: a twenty-fourth of
 * the silence, from one minute to fifteen. Typical days must have six slots with a delivery, the same day of the last week three.
 *
 * @param arrivals of up to eight days
 * @example
 * findSilent([{ minute, provider: 'stripe', count: 3 }, …], Date.now())
 */
export function findSilent(arrivals: readonly Arrivals[], now: number): Overview['silent'] {
  const silent: Overview['silent'][number][] = []
  for (const [provider, rows] of Map.groupBy(arrivals, (row) => row.provider)) {
    const past = toPast(rows, now)
    const lastAt = past.minutes.at(-1)
    if (lastAt === undefined) continue
    const forMs = now - lastAt
    const usualPerHour = forMs < shortestSilence ? undefined : findUsual(past, lastAt, now)
    if (usualPerHour !== undefined) silent.push({ provider, lastAt, forMs, usualPerHour })
  }
  return silent.toSorted((one, other) => other.usualPerHour * other.forMs - one.usualPerHour * one.forMs)
}

/** Deliveries an hour in the same hours of other days, where silence in them is unusual. */
function findUsual(past: Past, lastAt: number, now: number): number | undefined {
  const slotMs = Math.min(shortestSilence, Math.max(minuteMs, (now - lastAt) / 24))
  const firstAt = past.minutes[0]!
  const days: { readonly slots: number; readonly count: number }[] = []
  let sameWeekday: number | undefined
  for (let day = 1; day <= mostDays; day++) {
    const [from, to] = [lastAt + minuteMs - day * dayMs, now - day * dayMs]
    // Not the silence itself, and not before the sender is known.
    if (to > lastAt || from < firstAt) continue
    const found = countIn(past, from, to, slotMs)
    days.push(found)
    if (day === mostDays) sameWeekday = found.slots
  }
  if (days.length < fewestDays) return undefined
  const slots = days.map((day) => day.slots).toSorted((one, other) => one - other)
  const isTypical = slots[Math.floor((slots.length - 1) / 2)]! >= usualSlots
  // Without a week to compare with, no day may have been as silent.
  const isExpected = (sameWeekday ?? slots[0]!) >= fewestSlots
  if (!isTypical || !isExpected) return undefined
  const total = days.reduce((sum, day) => sum + day.count, 0)
  return total / days.length / ((now - lastAt) / hourMs)
}

function countIn(
  { minutes, counts }: Past,
  from: number,
  to: number,
  slotMs: number,
): { slots: number; count: number } {
  let count = 0
  const slots = new Set<number>()
  for (let index = findFirst(minutes, from); index < minutes.length && minutes[index]! < to; index++) {
    count += counts[index]!
    slots.add(Math.floor((minutes[index]! - from) / slotMs))
  }
  return { slots: slots.size, count }
}

/** Index of the first minute that is not before a time. */
function findFirst(minutes: readonly number[], from: number): number {
  let [low, high] = [0, minutes.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (minutes[middle]! < from) low = middle + 1
    else high = middle
  }
  return low
}

function toPast(rows: readonly Arrivals[], now: number): Past {
  const byMinute = new Map<number, number>()
  for (const { minute, count } of rows)
    if (count > 0 && minute <= now) byMinute.set(minute, (byMinute.get(minute) ?? 0) + count)
  const sorted = [...byMinute].toSorted(([one], [other]) => one - other)
  return { minutes: sorted.map(([minute]) => minute), counts: sorted.map(([, count]) => count) }
}
