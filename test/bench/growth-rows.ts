import { median } from './measure.ts'
import type { Row } from './report.ts'

/** Rates of a case; ratios are the median of the rounds' ratios, the floor comes first. */
export function toRateRows(
  name: string,
  rates: ReadonlyMap<string, readonly number[]>,
  floor: string,
  aim?: string,
): Row[] {
  const floors = rates.get(floor)!
  return Array.from(rates, ([subject, values]) => ({
    subject,
    case: name,
    median: median(values),
    unit: 'events/s',
    ratio: median(values.map((value, round) => value / floors[round]!)),
    ...(subject === floor || aim === undefined ? undefined : { aim }),
  })).toSorted((one, other) => Number(other.subject === floor) - Number(one.subject === floor))
}

/** Times of a case, the floor first. */
export function toTimeRows(name: string, times: ReadonlyMap<string, readonly number[]>, aim?: string): Row[] {
  const [first = []] = times.values()
  return Array.from(times, ([subject, values], index) => ({
    subject,
    case: name,
    median: median(values),
    unit: 'ms',
    ratio: median(values) / median(first),
    ...(index === 0 && aim ? { aim } : undefined),
  }))
}

/** Adds a value to those of a name. */
export function note(values: Map<string, number[]>, name: string, value: number): void {
  values.set(name, [...(values.get(name) ?? []), value])
}

/** Each condition comes first as often as the others. */
export function turned<Item>(items: readonly Item[], round: number): Item[] {
  const start = Math.max(0, round) % items.length
  return [...items.slice(start), ...items.slice(0, start)]
}

/** A number as it is printed in the table. */
export const print = (count: number): string => count.toLocaleString('en')
