import { SallyportError } from '../../../errors/sallyport-error.ts'

// Each is a command that the store may still carry out. A client that never reports a dead connection keeps all of them.
const mostLate = 1_000

/** Limits how long callers wait for a store. */
export interface TimeLimit {
  /**
   * Waits for work until its time is up; the work continues.
   *
   * @param onLate gets what comes too late
   * @throws SallyportError `REPLAY_GUARD_FAILED` when the time is up; at once while a thousand are late
   */
  wait<Result>(work: () => Promise<Result>, onLate?: (result: Result) => void): Promise<Result>
}

export function createTimeLimit(timeoutMs: number): TimeLimit {
  let late = 0
  return {
    wait(work, onLate) {
      if (late >= mostLate) return Promise.reject(failGuard(`the store has not answered ${mostLate} calls`))
      return new Promise((resolve, reject) => {
        let isLate = false
        const timer = setTimeout(() => {
          isLate = true
          late++
          reject(failGuard(`the store did not answer in ${timeoutMs} ms`))
        }, timeoutMs)
        work().then(
          (result) => {
            clearTimeout(timer)
            if (!isLate) return resolve(result)
            late--
            return onLate?.(result)
          },
          (error: unknown) => {
            clearTimeout(timer)
            if (isLate) late--
            reject(error)
          },
        )
      })
    },
  }
}

/** An error that is answered with 503, so that the sender retries. */
export function failGuard(detail: string, cause?: unknown): SallyportError {
  return new SallyportError('REPLAY_GUARD_FAILED', `the replay guard failed: ${detail}`, { cause })
}
