/**
 * The sandbox's clock: it dates signatures, fires wakeups and starts retries.
 *
 * @example
 * const clock = createManualClock(Date.parse('2026-04-12T08:00:00Z'))
 * const sandbox = await createSandbox({ clock })
 */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Runs a function once at a time, or soon if it has passed. Returns a function that cancels it. */
  schedule(at: number, run: () => void): () => void
}

/** A clock that only moves when you advance it. */
export interface ManualClock extends Clock {
  /** Moves the clock by milliseconds and runs what is due, in order. */
  advance(ms: number): void
}

// The longest wait of a Node timer; longer waits are split.
// The longest wait of `setTimeout`, as in `sallyport`, which does not export it.
const longestTimer = 2 ** 31 - 1

/** The computer's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  schedule(at, run) {
    let timer: NodeJS.Timeout
    const wait = (): void => {
      const rest = at - Date.now()
      timer = setTimeout(rest > longestTimer ? wait : run, Math.min(Math.max(rest, 0), longestTimer))
    }
    wait()
    return () => clearTimeout(timer)
  },
}

/**
 * Creates a clock for tests.
 *
 * @param start milliseconds since 1970. @default the current time
 * @example
 * clock.advance(60_000) // a wakeup of this minute fires
 */
export function createManualClock(start: number = Date.now()): ManualClock {
  let now = start
  const timers = new Set<{ readonly at: number; readonly run: () => void }>()
  const earliest = (until: number) => [...timers].filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0]

  return {
    now: () => now,
    schedule(at, run) {
      const timer = { at, run }
      timers.add(timer)
      if (at <= now) queueMicrotask(() => timers.delete(timer) && run())
      return () => void timers.delete(timer)
    },
    advance(ms) {
      const end = now + ms
      for (let due = earliest(end); due !== undefined; due = earliest(end)) {
        timers.delete(due)
        now = Math.max(now, due.at)
        due.run()
      }
      now = end
    },
  }
}
