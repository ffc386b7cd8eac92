import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Reply } from '../reply.ts'
import { discardRest } from './discard-rest.ts'

/** Sends a reply; for HEAD without its body. */
export function writeReply(reply: Reply, request: IncomingMessage, response: ServerResponse): void {
  if (!response.headersSent && !response.destroyed) {
    response.writeHead(reply.status, { ...reply.headers, 'content-length': Buffer.byteLength(reply.body) })
    response.end(request.method === 'HEAD' ? undefined : reply.body)
  }
  discardRest(request)
}
