import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Reply } from '../../receive/reply.ts'
import { toNodeAnswer } from './answer.ts'

/** Sends a reply; for HEAD without its body. */
export function writeReply(reply: Reply, request: IncomingMessage, response: ServerResponse): void {
  const { status, headers, body } = toNodeAnswer(reply, request, response)
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, headers)
  if (typeof body === 'string') response.end(body)
  else body.pipe(response)
}
