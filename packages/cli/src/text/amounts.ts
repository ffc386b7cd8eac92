const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const

/** A duration in its largest unit, as options take it: `90s` is `1m`, less than a second `0s`. */
export function toSpan(ms: number): string {
  const [unit, size] = units.find(([, each]) => ms >= each) ?? ['s', 1_000]
  return `${Math.floor(ms / size).toLocaleString('en')}${unit}`
}

/** When something was, seen from now: `5m ago`; `in 5m` for what is to come. */
export function toAge(time: number, now = Date.now()): string {
  return time > now ? `in ${toSpan(time - now)}` : `${toSpan(now - time)} ago`
}

/**
 * A number with its noun.
 *
 * @param many @default the noun and an `s`
 */
export function counted(count: number, noun: string, many = `${noun}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? noun : many}`
}
