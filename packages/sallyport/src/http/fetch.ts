import { tryRead } from '../errors/sallyport-error.ts'
import { checkReceiver } from '../receive/check-receiver.ts'
import type { Receiver } from '../receive/receiver.ts'
import { FetchDelivery, type FetchContext } from './fetch/capture.ts'

export type { FetchContext }

/**
 * Mounts a receiver where requests are web-standard: Hono, Next.js route handlers, Bun, Deno, edge runtimes with
 * `node:crypto`. Repeated headers arrive joined there; a joined security header is refused as malformed.
 * For a sender that checks the endpoint by GET or HEAD, route these methods to it too.
 *
 * @example
 * app.post('/webhooks/sonzai', (c) => handle(c.req.raw)) // const handle = webhook(receiver)
 */
export function webhook(
  receiver: Pick<Receiver, 'receive'>,
): (request: Request, context?: FetchContext) => Promise<Response>
export function webhook(
  receiver: Pick<Receiver, 'receive'>,
  options?: unknown,
): (request: Request, context?: FetchContext) => Promise<Response> {
  checkReceiver('webhook', receiver, options)
  return async (request, context) => {
    const incoming = new FetchDelivery(request, context)
    const reply = await receiver.receive(incoming)
    incoming.answer()
    const { status, body } = reply
    const { connection: _hopByHop, ...headers } = reply.headers
    const isEmpty = tryRead(() => request.method, '') === 'HEAD' || status === 204 || status === 205
    return new Response(isEmpty ? null : body, { status, headers })
  }
}
