/** The time that a shutdown has. Its last parts are kept for what comes last: see `leftMs`. */
export interface TimeLimit {
  /**
   * Milliseconds left; `early` for connections, `middle` for handlers that are told when these were cut off, `late` for handlers of
   * an inbox.
   */
  leftMs(part: Part): number
  /** Waits for work while there is time; resolves to whether it ended. The work must not reject. */
  wait(work: Promise<unknown>, part?: Part): Promise<boolean>
}

type Part = 'early' | 'middle' | 'late' | 'all'

/** Begins now. */
export function createTimeLimit(timeoutMs: number): TimeLimit {
  const start = performance.now()
  const reserveMs: Readonly<Record<Part, number>> = {
    early: Math.min(2_000, timeoutMs / 4),
    middle: Math.min(1_500, (timeoutMs * 3) / 16),
    late: Math.min(1_000, timeoutMs / 8),
    all: 0,
  }

  function leftMs(part: Part): number {
    return Math.max(0, start + timeoutMs - reserveMs[part] - performance.now())
  }

  return {
    leftMs,
    async wait(work, part = 'all') {
      let timer: NodeJS.Timeout | undefined
      const over = new Promise<boolean>((resolve) => {
        timer = setTimeout(() => resolve(false), leftMs(part))
      })
      return Promise.race([work.then(() => true), over]).finally(() => clearTimeout(timer))
    },
  }
}
