import type { Delivery, IncomingDelivery } from './delivery.ts'
import type { HandlerContext } from './event.ts'
import { SallyportError } from './errors.ts'
import type { Reply } from './reply.ts'

/** The context of one delivery's handlers. */
export function createHandlerContext(
  delivery: Delivery,
  incoming: IncomingDelivery,
  timeoutMs: number,
  track: (work: Promise<unknown>) => void,
): HandlerContext {
  let signal: AbortSignal | undefined
  const deadline = performance.now() + timeoutMs
  return {
    delivery,
    headers: delivery.headers,
    // Made when first asked for: most handlers never do.
    get signal() {
      signal ??= AbortSignal.any([
        AbortSignal.timeout(Math.max(0, Math.round(deadline - performance.now()))),
        ...(incoming.signal ? [incoming.signal] : []),
      ])
      return signal
    },
    waitUntil(work) {
      track(work)
      incoming.waitUntil?.(work)
    },
  }
}

/**
 * Gives the work so much time. It goes on afterwards and still settles its key, so that the sender's next try finds the
 * event handled, or free to be handled again.
 *
 * @throws SallyportError `HANDLER_TIMEOUT` when the time is up
 */
export async function withDeadline(
  work: Promise<Reply>,
  timeoutMs: number,
  track: (work: Promise<unknown>) => void,
): Promise<Reply> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      track(work)
      reject(new SallyportError('HANDLER_TIMEOUT'))
    }, timeoutMs)
  })
  return Promise.race([work, deadline]).finally(() => clearTimeout(timer))
}
