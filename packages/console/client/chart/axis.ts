const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' })
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric' })

/** `minute`, `15 minutes`, `2 hours`: what one bar stands for. */
export function toStepName(stepMs: number): string {
  const [unit, name] =
    stepMs >= day ? ([day, 'day'] as const) : stepMs >= hour ? ([hour, 'hour'] as const) : ([minute, 'minute'] as const)
  const count = Math.round(stepMs / unit)
  return count <= 1 ? name : `${count} ${name}s`
}

/** A mark of the time axis, in the reader's zone: a day where one begins, else the time of day. */
export function toTimeMark(at: number): string {
  const date = new Date(at)
  return date.getHours() === 0 && date.getMinutes() === 0 ? weekday.format(date) : clock.format(date)
}

/** The time that a bar stands for: `14:02`, `14:00 – 14:15`, `Mon 23, 14:00 – 16:00`. */
export function toStepTime(at: number, stepMs: number, spanMs: number): string {
  const end = stepMs <= minute ? '' : ` – ${clock.format(at + stepMs)}`
  const time = `${clock.format(at)}${end}`
  return spanMs > day / 2 ? `${weekday.format(at)}, ${time}` : time
}

const whole = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

/** A mark of the count axis; downwards counts too. */
export const toCountMark = (count: number): string => whole.format(Math.abs(count))
