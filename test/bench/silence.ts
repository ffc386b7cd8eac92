import { isSilent, pastMinutes } from '../../packages/sallyport/src/watch/silence.ts'

// What `silentAgainstPast` finds of simulated senders: false alarms a month, and how long an outage lasts before it is found.

const minuteMs = 60_000
const hour = 60
const day = 24 * hour
const week = 7 * day
// A Monday.
const start = Math.floor(Date.UTC(2026, 0, 5) / minuteMs)

/** Arrivals a minute, by minutes since the Monday. */
export type Sender = (minute: number, random: () => number) => number

const isOffice = (minute: number): boolean =>
  minute % week < 5 * day && minute % day >= 9 * hour && minute % day < 18 * hour

/** Senders by what they are like. */
export const senders: Readonly<Record<string, Sender>> = {
  'steady, 60 an hour': () => 1,
  'steady, 6 an hour': () => 0.1,
  'steady, 12 a day': () => 12 / day,
  'office hours, 20 an hour': (minute) => (isOffice(minute) ? 20 / hour : 0),
  'quiet nights and weekends': (minute) => (isOffice(minute) ? 0.5 : minute % week >= 5 * day ? 0.01 : 0.05),
  'bursts, one an hour': (minute, random) => burst(minute, random),
  'a batch each night': (minute) => (minute % day >= 2 * hour && minute % day < 2 * hour + 20 ? 1 : 0),
}

let burstLeft = 0
function burst(_minute: number, random: () => number): number {
  if (burstLeft > 0) burstLeft--
  else if (random() < 1 / hour) burstLeft = 5
  return burstLeft > 0 ? 1 : 0
}

/** Minutes with an arrival. */
export function simulate(sender: Sender, weeks: number, random: () => number): number[] {
  const minutes: number[] = []
  for (let minute = 0; minute < weeks * week; minute++)
    if (random() < 1 - Math.exp(-sender(minute, random) * 1.0000001)) minutes.push(start + minute)
  return minutes
}

const toPast = (minutes: readonly number[], last: number): number[] =>
  minutes.filter((minute) => minute <= last && minute > last - pastMinutes)

/** Minutes of a silence after which it is found, checked every five. */
function findAfter(minutes: readonly number[], last: number, most: number): number | undefined {
  const past = toPast(minutes, last)
  const arrivals = { minutes: past, from: Math.max(start, last - pastMinutes) }
  for (let silence = 15; silence <= most; silence += 5)
    if (isSilent(arrivals, (last + silence) * minuteMs)) return silence
  return undefined
}

/** False alarms, in so many weeks after the first three. */
export function countFalse(minutes: readonly number[]): number {
  let found = 0
  for (let index = 1; index < minutes.length; index++) {
    const [last, next] = [minutes[index - 1]!, minutes[index]!]
    if (next - last > 15 && next - start > 3 * week && findAfter(minutes, last, next - last - 1) !== undefined) found++
  }
  return found
}

/** Hours from an outage at a random moment until it is found. */
export function timeToFind(minutes: readonly number[], random: () => number): number {
  const at = start + Math.floor((3 + random()) * week)
  const before = minutes.filter((minute) => minute < at)
  const last = before.at(-1)!
  const found = findAfter(before, last, 2 * week)
  return found === undefined ? Infinity : Math.max(0, last + found - at) / hour
}

/** Random numbers that are the same each time (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** The figures of one sender. */
export function measure(sender: Sender, weeks = 55, outages = 60) {
  const random = seeded(7)
  const alarms = countFalse(simulate(sender, weeks, random))
  const times = Array.from({ length: outages }, () => timeToFind(simulate(sender, 4, random), random)).toSorted(
    (one, other) => one - other,
  )
  return {
    alarmsPerMonth: (alarms / (weeks - 3)) * (30 / 7),
    median: times[Math.floor(outages / 2)]!,
    nineInTen: times[Math.floor(outages * 0.9)]!,
  }
}

if (import.meta.main) {
  console.log('| Sender | False alarms a month | Found after, median | nine in ten |')
  for (const [name, sender] of Object.entries(senders)) {
    const { alarmsPerMonth, median, nineInTen } = measure(sender)
    console.log(`| ${name} | ${alarmsPerMonth.toFixed(2)} | ${median.toFixed(1)} h | ${nineInTen.toFixed(1)} h |`)
  }
}
