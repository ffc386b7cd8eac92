import { SallyportError } from './errors.ts'

/** The time one delivery's handlers have. */
export interface Deadline {
  /** Aborted when the time is up, or earlier when `gone` is. */
  readonly signal: AbortSignal
  /**
   * Waits for the work as long as the time allows. The work goes on afterwards and still settles its key, so that the
   * sender's next try finds the event handled, or free to be handled again.
   *
   * @throws SallyportError `HANDLER_TIMEOUT` when the time is up
   */
  limit<Result>(work: Promise<Result>): Promise<Result>
}

/**
 * Makes a deadline; its time runs from `limit`.
 *
 * @param onLate is given work that outlives its time
 */
export function createDeadline(
  timeoutMs: number,
  gone: () => AbortSignal | undefined,
  onLate: (work: Promise<unknown>) => void,
): Deadline {
  let controller: AbortController | undefined
  let signal: AbortSignal | undefined
  let isOver = false

  return {
    // Made when first asked for: most handlers never do.
    get signal() {
      if (signal) return signal
      controller = new AbortController()
      if (isOver) controller.abort()
      const sender = gone()
      signal = sender ? AbortSignal.any([controller.signal, sender]) : controller.signal
      return signal
    },
    limit(work) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          isOver = true
          controller?.abort()
          onLate(work)
          reject(new SallyportError('HANDLER_TIMEOUT'))
        }, timeoutMs)
        work.then(resolve, reject).finally(() => clearTimeout(timer))
      })
    },
  }
}
