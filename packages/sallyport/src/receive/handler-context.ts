import type { Deadline } from './deadline.ts'
import type { Delivery } from '../verify/delivery.ts'
import type { HandlerContext } from '../verify/event.ts'
import type { HeaderList } from '../verify/header-list.ts'

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
    this.waitUntil = (work) => {
      waitUntil(work)
      deadline.keep(work)
    }
    this.#deadline = deadline
  }

  get signal(): AbortSignal {
    return this.#deadline.signal
  }
}
