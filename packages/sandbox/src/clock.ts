/**
 * The sandbox's time: what deliveries are signed at, when wakeups fire and when retries are due.
 *
 * @example
 * const clock = createManualClock(Date.parse('2026-04-12T08:00:00Z'))
 * const sandbox = await createSandbox({ clock })
 */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Runs something once at a time, at once if that has passed. The answer cancels it. */
  schedule(at: number, run: () => void): () => void
}

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  /** Lets milliseconds pass; whatever falls due runs, in its order. */
  advance(ms: number): void
}

// The longest wait of a Node timer; a longer one is waited for in pieces.
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
 * Makes a clock for tests.
 *
 * @param start milliseconds since 1970; the current time by default
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
