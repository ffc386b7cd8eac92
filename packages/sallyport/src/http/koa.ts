import { checkReceiver } from '../receive/check-receiver.ts'
import type { Receiver } from '../receive/receiver.ts'
import { captureNode, fromHost } from './node/capture.ts'
import { toNodeAnswer } from './node/answer.ts'
import type { Context, Middleware, Request } from 'koa'

/** What earlier middleware may have added to a request. */
type HostRequest = Request & { readonly rawBody?: unknown; readonly body?: unknown }

/**
 * Mounts a receiver in Koa 2.16+ and 3. Mount it before any body parser: the signature covers the exact bytes, and a parser
 * consumes them. After one, every delivery is answered with `BODY_ALREADY_PARSED`.
 *
 * For a sender that checks the endpoint by GET or HEAD, mount it with `all` instead of `post`.
 *
 * @param receiver made by `createReceiver`, or by `anyOf` for several senders
 * @returns middleware that always answers and never calls `next`; give it its own route
 * @example
 * router.post('/webhooks/sonzai', webhook(receiver))
 */
export function webhook(receiver: Pick<Receiver, 'receive'>): Middleware
export function webhook(receiver: Pick<Receiver, 'receive'>, options?: unknown): Middleware {
  checkReceiver('webhook', receiver, options)
  return async (context: Context) => {
    const request: HostRequest = context.request
    const incoming = captureNode(context.req, context.res, {
      url: context.originalUrl,
      // Koa reads it from the socket, which a bridge may not have.
      remoteAddress: fromHost(() => context.ip),
      rawBody: request.rawBody,
      parsedBody: request.body,
    })
    const { status, headers, body } = toNodeAnswer(await receiver.receive(incoming), context.req, context.res)
    context.status = status
    context.body = body
    // After the body: Koa derives type and length from it, and these are the right ones.
    context.set(headers)
  }
}
