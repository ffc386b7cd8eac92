import type { DeliveryReport } from './report.ts'

/** Measures the stages of one delivery, in milliseconds; made only where a channel has subscribers, as nobody else gets them. */
export class Timing {
  /** What the delivery waited for its body. */
  bodyMs = 0
  #verifyMs: number | undefined
  #acceptMs: number | undefined
  #handlersFrom: number | undefined
  #handlerMs: number | undefined

  /** Begins to measure the first stage; call what it returns when the sender is proven, or not. */
  verify(): () => void {
    const start = performance.now()
    return () => {
      this.#verifyMs = performance.now() - start - this.bodyMs
    }
  }

  /** Begins to measure the third stage; call what it returns when the event is accepted. */
  accept(): () => void {
    const start = performance.now()
    return () => {
      this.#acceptMs ??= performance.now() - start
    }
  }

  /** Begins to measure the handlers; call what it returns when they have ended. */
  handle(): () => void {
    const start = (this.#handlersFrom = performance.now())
    return () => {
      this.#handlerMs = performance.now() - start
    }
  }

  /** The times so far. Handlers that exceed their time are still at work when the delivery is reported. */
  read(): Pick<DeliveryReport, 'verifyMs' | 'acceptMs' | 'handlerMs'> {
    const untilNow = this.#handlersFrom === undefined ? undefined : performance.now() - this.#handlersFrom
    return { verifyMs: this.#verifyMs, acceptMs: this.#acceptMs, handlerMs: this.#handlerMs ?? untilNow }
  }
}
