import type { EventMap, Receiver } from '@sallyport/core'
import { captureNode, writeReply } from '@sallyport/core/node'
import type { Request, RequestHandler, Response } from 'express'

/** What Express and earlier middleware may have added to a request. */
type HostRequest = Request & { readonly rawBody?: unknown }

/**
 * Mounts a receiver in Express 4.21+ and 5. Mount it before any body parser, or on a router of its own: the signature
 * covers the exact bytes, and a parser would have used them up (then every delivery is answered `BODY_ALREADY_PARSED`).
 *
 * @param receiver made by `createReceiver`
 * @returns a request handler that always answers and never calls `next`
 * @example
 * express().post('/webhooks/sonzai', webhook(receiver)).listen(3000)
 */
export function webhook<Events extends EventMap>(receiver: Receiver<Events>): RequestHandler {
  return async (request: HostRequest, response: Response) => {
    const incoming = captureNode(request, response, {
      url: request.originalUrl,
      remoteAddress: request.ip,
      rawBody: request.rawBody,
      parsedBody: request.body,
    })
    writeReply(await receiver.receive(incoming), request, response)
  }
}
