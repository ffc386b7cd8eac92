import { SallyportError } from './errors.ts'

/**
 * The time one delivery's handlers have; it runs from `limit`. A class, as everything with a getter that is made for every
 * delivery: for a getter in an object literal, V8 makes each object a hidden class of its own, which outlives the object.
 */
export class Deadline {
  readonly #timeoutMs: number
  readonly #gone: () => AbortSignal | undefined
  readonly #onLate: (work: Promise<unknown>) => void
  #controller: AbortController | undefined
  #signal: AbortSignal | undefined
  #isOver = false

  /**
   * @param gone gives what is aborted when the sender is gone
   * @param onLate is given work that outlives its time
   */
  constructor(timeoutMs: number, gone: () => AbortSignal | undefined, onLate: (work: Promise<unknown>) => void) {
    this.#timeoutMs = timeoutMs
    this.#gone = gone
    this.#onLate = onLate
  }

  /** Aborted when the time is up, or earlier when the sender is gone. Made when first asked for: most handlers never do. */
  get signal(): AbortSignal {
    if (this.#signal) return this.#signal
    this.#controller = new AbortController()
    if (this.#isOver) this.#controller.abort()
    const sender = this.#gone()
    this.#signal = sender ? AbortSignal.any([this.#controller.signal, sender]) : this.#controller.signal
    return this.#signal
  }

  /**
   * Waits for the work as long as the time allows. The work goes on afterwards and still settles its key, so that the
   * sender's next try finds the event handled, or free to be handled again.
   *
   * @throws SallyportError `HANDLER_TIMEOUT` when the time is up
   */
  limit<Result>(work: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#isOver = true
        this.#controller?.abort()
        this.#onLate(work)
        reject(new SallyportError('HANDLER_TIMEOUT'))
      }, this.#timeoutMs)
      work.finally(() => clearTimeout(timer)).then(resolve, reject)
    })
  }
}
