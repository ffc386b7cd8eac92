import { now } from '../clock.ts'
import { toRelative } from '../format.ts'

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' })
const clockTime = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' })
const dayAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'medium' })

/** A time in the reader's zone, to the second and with the zone's name. */
export const toExact = (at: number): string => exact.format(at)

/** A time of today without its day. */
export const toClock = (at: number): string =>
  new Date(at).toDateString() === new Date(now.value).toDateString() ? clockTime.format(at) : dayAndTime.format(at)

/** A time in the reader's zone: its age, or the time of day; the exact one on hover. */
export function Time({ at, as = 'age' }: { readonly at: number; readonly as?: 'age' | 'ago' | 'clock' | 'exact' }) {
  if (!Number.isFinite(at) || Math.abs(at) > 8.64e15) return <span>unknown</span>
  const age = toRelative(at, now.value)
  const shown = {
    age: () => age,
    ago: () => (/^\d/.test(age) ? `${age} ago` : age),
    clock: () => toClock(at),
    exact: () => toExact(at),
  }[as]()
  return (
    <time dateTime={new Date(at).toISOString()} title={toExact(at)}>
      {shown}
    </time>
  )
}
