import { SallyportError } from '../errors/sallyport-error.ts'
import type { Delivery, IncomingDelivery } from '../verify/delivery.ts'
import type { HeaderList } from '../verify/header-list.ts'

/** What a handler gets beside the event. */
export interface HandlerContext {
  /** The delivery as it arrived, with its exact body bytes. */
  readonly delivery: Delivery
  /** Headers of the delivery; only those the signature covers are proven. */
  readonly headers: HeaderList
  /** Which attempt this is, 1 for the first. More than 1 only with an inbox, which retries after a failure. */
  readonly attempt: number
  /** The same for every attempt of one event: use it to make an effect idempotent. */
  readonly idempotencyKey: string
  /** Aborted when the handler's time is up or the sender disconnects. */
  readonly signal: AbortSignal
  /** Runs work after the answer; a rejection goes to `onError`. On serverless hosts it keeps the instance alive. */
  waitUntil(work: Promise<unknown>): void
}

/** Handles an event. Its return value is ignored, unless it is a reply made by `createReply`. */
export type EventHandler<Event> = (event: Event, context: HandlerContext) => unknown

/** What the context of one delivery's handlers is made of. */
export type ContextParts = Omit<HandlerContext, 'headers' | 'signal'> & { readonly deadline: Deadline }

/** The context of one delivery's handlers. */
export function createHandlerContext(parts: ContextParts): HandlerContext {
  return new Context(parts)
}

class Context implements HandlerContext {
  readonly delivery: Delivery
  readonly headers: HeaderList
  readonly attempt: number
  readonly idempotencyKey: string
  readonly waitUntil: (work: Promise<unknown>) => void
  readonly #deadline: Deadline

  constructor({ delivery, attempt, idempotencyKey, waitUntil, deadline }: ContextParts) {
    this.delivery = delivery
    this.headers = delivery.headers
    this.attempt = attempt
    this.idempotencyKey = idempotencyKey
    // A variable first: V8 puts a function literal that is assigned to a member into its old space. There it keeps all it refers
    // to, the whole request, until the next full garbage collection.
    const waitUntilEnd = (work: Promise<unknown>): void => {
      // Anything may be passed, a thenable or nothing: made a promise here, it can be watched.
      const promise = new Promise((resolve) => resolve(work))
      waitUntil(promise)
      deadline.keep(promise)
    }
    this.waitUntil = waitUntilEnd
    this.#deadline = deadline
  }

  get signal(): AbortSignal {
    return this.#deadline.signal
  }
}

/**
 * The time limit of one delivery's handlers; it starts with `limit`. A class, like everything with a getter that is made per
 * delivery: for a getter in an object literal, V8 makes a hidden class per object, which outlives the object.
 */
export class Deadline {
  readonly #timeoutMs: number
  readonly #gone: () => AbortSignal | undefined
  readonly #onLate: (work: Promise<unknown>) => void
  #controller: AbortController | undefined
  #isOver = false
  #unfollow: (() => void) | undefined
  // Work that still uses the signal.
  #atWork = 0

  /**
   * @param gone returns the signal that is aborted when the sender disconnects
   * @param onLate gets work that exceeds its time
   */
  constructor(timeoutMs: number, gone: () => AbortSignal | undefined, onLate: (work: Promise<unknown>) => void) {
    this.#timeoutMs = timeoutMs
    this.#gone = gone
    this.#onLate = onLate
  }

  /** Aborted when the time is up, or earlier when the sender disconnects. Made on first use: most handlers never use it. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#isOver) this.#controller.abort()
      else this.#follow(this.#controller)
    }
    return this.#controller.signal
  }

  // A listener that is removed when the work ends, not `AbortSignal.any`: a signal made from one that lives longer, such as a
  // worker's, stays in memory with everything that listens to it.
  #follow(controller: AbortController): void {
    const gone = this.#gone()
    // A host may have none, or something else in its place.
    if (typeof gone?.addEventListener !== 'function') return
    const abort = (): void => controller.abort(gone.reason)
    if (gone.aborted) return abort()
    gone.addEventListener('abort', abort, { once: true })
    const unfollow = (): void => gone.removeEventListener('abort', abort)
    this.#unfollow = unfollow
  }

  /** Keeps following the sender's signal until this work ends too: for work after the answer. */
  keep(work: Promise<unknown>): void {
    this.#atWork++
    const end = (): void => this.#end()
    work.then(end, end)
  }

  #end(timer?: NodeJS.Timeout): void {
    clearTimeout(timer)
    if (--this.#atWork === 0) this.#unfollow?.()
  }

  /**
   * Waits for the work until the time is up. The work continues afterwards and still settles its dedupe key, so the sender's
   * retry finds the event handled, or free to be handled again.
   *
   * @throws SallyportError `HANDLER_TIMEOUT` when the time is up
   */
  limit<Result>(work: Promise<Result>): Promise<Result> {
    this.#atWork++
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#isOver = true
        this.#controller?.abort()
        this.#onLate(work)
        reject(new SallyportError('HANDLER_TIMEOUT'))
      }, this.#timeoutMs)
      // One reaction does it all: each further promise is a cost for every delivery.
      const succeed = (result: Result): void => {
        this.#end(timer)
        resolve(result)
      }
      const fail = (error: unknown): void => {
        this.#end(timer)
        reject(error)
      }
      work.then(succeed, fail)
    })
  }
}

/**
 * Asks the host to keep the instance alive for work that may outlive its request, where the host can do that.
 *
 * @param toWork makes what the host waits for; not called where the host cannot wait
 * @returns whether it did not fail
 */
export function keepAlive(
  toWork: () => Promise<unknown>,
  incoming: IncomingDelivery,
  onError: (error: unknown) => void,
): boolean {
  try {
    incoming.waitUntil?.(toWork())
    return true
  } catch (cause) {
    onError(new SallyportError('INTERNAL', "the host's waitUntil failed; it may stop the work early", { cause }))
    return false
  }
}

/** What a receiver has under way: deliveries that have no answer yet, and work that outlives its delivery. */
export class Background {
  readonly #onError: (error: unknown) => void
  readonly #work = new Set<Promise<unknown>>()
  #deliveries = 0
  #idle: PromiseWithResolvers<void> | undefined

  /** @param onError gets what rejects */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  /** A delivery begins. */
  enter(): void {
    this.#deliveries++
  }

  /** A delivery has its answer. */
  leave(): void {
    if (--this.#deliveries > 0) return
    this.#idle?.resolve()
    this.#idle = undefined
  }

  /** Watches work until it ends; what it returns never rejects. */
  readonly track = (work: Promise<unknown>): Promise<unknown> => {
    const watched = work.catch(this.#onError).finally(() => this.#work.delete(watched))
    this.#work.add(watched)
    return watched
  }

  /** Resolves when nothing is under way. */
  async ended(): Promise<void> {
    while (this.#deliveries > 0 || this.#work.size > 0) {
      if (this.#deliveries > 0) await (this.#idle ??= Promise.withResolvers<void>()).promise
      await Promise.all(this.#work)
    }
  }
}
