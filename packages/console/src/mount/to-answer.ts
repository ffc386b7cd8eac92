import type { IncomingMessage, ServerResponse } from 'node:http'
import { discardRest } from 'sallyport/node'

/** An answer in the form that Node and its frameworks send. */
export interface NodeAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body: Buffer
}

/** Reads an answer, which is in memory, and lets the unread rest of the request run out. */
export async function toAnswer(response: Response, incoming: IncomingMessage): Promise<NodeAnswer> {
  discardRest(incoming)
  const headers: Record<string, string | string[]> = Object.fromEntries(response.headers)
  const cookies = response.headers.getSetCookie()
  if (cookies.length > 0) headers['set-cookie'] = cookies
  const isEmpty = incoming.method === 'HEAD' || response.body === null
  const body = Buffer.from(await response.arrayBuffer())
  return { status: response.status, headers, body: isEmpty ? Buffer.alloc(0) : body }
}

/** Sends an answer. */
export async function sendAnswer(
  response: Response,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { status, headers, body } = await toAnswer(response, incoming)
  if (outgoing.headersSent || outgoing.destroyed) return
  outgoing.writeHead(status, headers)
  outgoing.end(body)
}
