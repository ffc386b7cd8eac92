import { checkReceiver } from '../receive/check-receiver.ts'
import type { Receiver } from '../receive/receiver.ts'
import { captureNode, fromHost } from './node/capture.ts'
import { writeReply } from './node/answer.ts'
import type { RequestHandler } from 'express'

/**
 * Mounts a receiver in Express 4.21+ and 5. Mount it before any body parser, or on its own router: the signature
 * covers the exact bytes, and a parser consumes them. After one, every delivery is answered with `BODY_ALREADY_PARSED`.
 *
 * For a sender that checks the endpoint by GET or HEAD, mount it with `all` instead of `post`.
 *
 * @param receiver made by `createReceiver`, or by `anyOf` for several senders
 * @returns a request handler that always answers; it calls `next` only with an error from other middleware
 * @example
 * express().post('/webhooks/sonzai', webhook(receiver)).listen(3000)
 */
export function webhook(receiver: Pick<Receiver, 'receive'>): RequestHandler
export function webhook(receiver: Pick<Receiver, 'receive'>, options?: unknown): RequestHandler {
  checkReceiver('webhook', receiver, options)
  return async (request, response, next) => {
    try {
      const incoming = captureNode(request, response, {
        url: request.originalUrl,
        // Express reads it from the socket, which a bridge may not have.
        remoteAddress: fromHost(() => request.ip),
        parsedBody: request.body as unknown,
      })
      writeReply(await receiver.receive(incoming), request, response)
    } catch (error) {
      // A receiver does not throw, but middleware that wraps sending may, and Express 4 does not catch rejected promises.
      next(error)
    }
  }
}
