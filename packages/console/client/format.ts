const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** A duration with one unit, or two for hours and minutes: `41 ms`, `2 min`, `3 h 12 min`, `5 d`. */
export function toDuration(ms: number): string {
  if (ms < second) return `${Math.max(0, Math.round(ms))} ms`
  if (ms < 10 * second) return `${Math.floor(ms / 100) / 10} s`
  if (ms < minute) return `${Math.floor(ms / second)} s`
  if (ms < hour) return `${Math.floor(ms / minute)} min`
  if (ms < day) {
    const minutes = Math.floor((ms % hour) / minute)
    return `${Math.floor(ms / hour)} h${minutes === 0 ? '' : ` ${minutes} min`}`
  }
  return `${Math.floor(ms / day)} d`
}

/** A time as seen from now: `now`, `12 s`, `2 min`, `3 h`, `5 d`; `in 2 min` for what comes. */
export function toRelative(at: number, now: number): string {
  const ms = Math.abs(now - at)
  if (ms < second) return 'now'
  const text = ms < day ? toCoarse(ms) : `${Math.floor(ms / day)} d`
  return at > now ? `in ${text}` : text
}

/** When something is due: `in 2 min`, and `now` where that time has passed. */
export const toDue = (at: number, now: number): string => (at <= now ? 'now' : toRelative(at, now))

function toCoarse(ms: number): string {
  if (ms < minute) return `${Math.floor(ms / second)} s`
  return ms < hour ? `${Math.floor(ms / minute)} min` : `${Math.floor(ms / hour)} h`
}

const whole = new Intl.NumberFormat('en')

/** `12,480` */
export const toCount = (count: number): string => whole.format(count)

/** `1 event`, `2,000 events` */
export const toPlural = (count: number, one: string, many = `${one}s`): string =>
  `${toCount(count)} ${count === 1 ? one : many}`

/** `2,114 bytes`, `1.4 MB` */
export function toBytes(bytes: number): string {
  if (bytes < 10_000) return toPlural(bytes, 'byte')
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}
