import { SallyportError } from '../errors/sallyport-error.ts'

/**
 * The time one delivery's handlers have; it runs from `limit`. A class, as everything with a getter that is made for every
 * delivery: for a getter in an object literal, V8 makes each object a hidden class of its own, which outlives the object.
 */
export class Deadline {
  readonly #timeoutMs: number
  readonly #gone: () => AbortSignal | undefined
  readonly #onLate: (work: Promise<unknown>) => void
  #controller: AbortController | undefined
  #isOver = false
  #unfollow: (() => void) | undefined
  // Work that the signal is for.
  #atWork = 0

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
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#isOver) this.#controller.abort()
      else this.#follow(this.#controller)
    }
    return this.#controller.signal
  }

  // By a listener that is taken away when the work is over, and not by `AbortSignal.any`: a signal made of one that lives
  // longer, as a worker's does, stays in memory with everything that listens to it.
  #follow(controller: AbortController): void {
    const gone = this.#gone()
    if (gone === undefined) return
    const abort = (): void => controller.abort(gone.reason)
    if (gone.aborted) return abort()
    gone.addEventListener('abort', abort, { once: true })
    this.#unfollow = () => gone.removeEventListener('abort', abort)
  }

  /** Follows whoever may be gone until this, too, is over: work for after the answer. */
  keep(work: Promise<unknown>): void {
    this.#atWork++
    const end = (): void => {
      if (--this.#atWork === 0) this.#unfollow?.()
    }
    work.then(end, end)
  }

  /**
   * Waits for the work as long as the time allows. The work goes on afterwards and still settles its key, so that the
   * sender's next try finds the event handled, or free to be handled again.
   *
   * @throws SallyportError `HANDLER_TIMEOUT` when the time is up
   */
  limit<Result>(work: Promise<Result>): Promise<Result> {
    this.keep(work)
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
