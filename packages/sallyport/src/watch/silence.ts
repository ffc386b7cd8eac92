/** When a provider sent events: minutes since 1970, each once, in order. */
export interface Arrivals {
  readonly minutes: readonly number[]
  /** First minute that is known of. */
  readonly from: number
}

const minuteMs = 60_000
const hour = 60
const week = 7 * 24 * hour

/** Shorter silences are never an alert; minutes. */
const shortest = 15
/** The stretch before and after the same moment of earlier weeks; minutes. */
const around = 2 * hour
/** Arrivals apart from each other that the same time of earlier weeks must have. */
const fewest = 30
const timesNearby = 3
const timesEver = 1.5
const allowance = 5

/** How many minutes of the past are looked at: two weeks, and the stretch before them. */
export const pastMinutes = 2 * week + 24 * hour

/**
 * Whether a provider is silent for longer than its past explains. Either is enough:
 *
 * - silent for 3 times the longest pause at the same time of the week, 2 hours around it, one and two weeks ago; if 30 arrivals
 *   or more, apart from each other, were there to measure it by
 * - silent for 1.5 times the longest pause of the last two weeks
 *
 * A time counts as within a pause from the event before it, so a night or a weekend is no silence at its own time of the week.
 *
 * @param now milliseconds since 1970
 */
export function isSilent({ minutes, from }: Arrivals, now: number): boolean {
  const last = minutes.at(-1)
  if (last === undefined) return false
  const at = Math.floor(now / minuteMs)
  const silence = at - last
  if (silence < shortest) return false
  return isLongNearby(minutes, from, at, silence) || isLongEver(minutes, from, last, silence)
}

function isLongNearby(minutes: readonly number[], from: number, at: number, silence: number): boolean {
  let longest = 0
  const found: number[] = []
  for (const weeks of [1, 2]) {
    const [start, end] = [at - weeks * week - around, at - weeks * week + around]
    const before = findFirst(minutes, start) - 1
    // The pause in which the stretch begins must be known too.
    if (before < 0 || start < from) break
    longest = Math.max(longest, longestPause(minutes, before, start, end))
    for (let index = before + 1; index < minutes.length && minutes[index]! <= end; index++) found.push(minutes[index]!)
  }
  return countApart(found, longest / 8) >= fewest && silence > timesNearby * longest + allowance
}

function isLongEver(minutes: readonly number[], from: number, last: number, silence: number): boolean {
  if (last - from < 2 * week - 24 * hour) return false
  let longest = 0
  for (let index = 1; index < minutes.length; index++)
    longest = Math.max(longest, minutes[index]! - minutes[index - 1]!)
  return longest > 0 && silence > timesEver * longest + allowance
}

/** The longest time since an event at any moment of a stretch. */
function longestPause(minutes: readonly number[], before: number, start: number, end: number): number {
  let longest = 0
  let last = minutes[before]!
  for (let index = before + 1; index < minutes.length && minutes[index]! <= end; index++) {
    longest = Math.max(longest, minutes[index]! - last)
    last = minutes[index]!
  }
  return Math.max(longest, end - last, start - minutes[before]!)
}

// What arrives in one burst tells no more than one arrival.
function countApart(minutes: readonly number[], apart: number): number {
  let count = 0
  let last = -Infinity
  for (const minute of minutes) {
    if (minute - last < Math.max(1, apart)) continue
    count++
    last = minute
  }
  return count
}

function findFirst(minutes: readonly number[], from: number): number {
  let [low, high] = [0, minutes.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (minutes[middle]! < from) low = middle + 1
    else high = middle
  }
  return low
}
