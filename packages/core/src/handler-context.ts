import type { Deadline } from './deadline.ts'
import type { Delivery, IncomingDelivery } from './delivery.ts'
import type { HandlerContext } from './event.ts'

/** The context of one delivery's handlers. */
export function createHandlerContext(
  delivery: Delivery,
  incoming: IncomingDelivery,
  idempotencyKey: string,
  deadline: Deadline,
  track: (work: Promise<unknown>) => void,
): HandlerContext {
  return {
    delivery,
    headers: delivery.headers,
    attempt: 1,
    idempotencyKey,
    get signal() {
      return deadline.signal
    },
    waitUntil(work) {
      track(work)
      incoming.waitUntil?.(work)
    },
  }
}
