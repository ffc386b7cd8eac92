import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable, finished } from 'node:stream'
import type { Reply } from '../../receive/reply.ts'
import { discardRest } from './discard-rest.ts'

/** A reply as Node or a framework over it sends it. */
export interface NodeAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Empty where a request or a status allows no content. */
  readonly body: string | Readable
}

const emptyStatuses: readonly number[] = [204, 205, 304]

/**
 * Prepares the answer to a request, and sees to whatever of the request's body nobody has read.
 *
 * @example
 * const { status, headers, body } = toNodeAnswer(await receiver.receive(incoming), request, response)
 */
export function toNodeAnswer(reply: Reply, request: IncomingMessage, response: ServerResponse): NodeAnswer {
  const { status } = reply
  const headers = request.httpVersionMajor === 1 ? reply.headers : withoutConnection(reply.headers)
  discardRest(request)
  if (emptyStatuses.includes(status)) return { status, headers, body: '' }
  const body = request.method === 'HEAD' ? '' : reply.body
  return {
    status,
    headers: { ...headers, 'content-length': String(Buffer.byteLength(reply.body)) },
    body: mustLinger(reply, request, response) ? untilUploaded(body, request) : body,
  }
}

// RFC 9113, section 8.2.2: in HTTP/2 a stream ends, and the connection stays.
function withoutConnection({ connection: _, ...headers }: Reply['headers']): Reply['headers'] {
  return headers
}

/**
 * A connection that is not kept alive is closed once the answer is out, and closing it over an upload still under way
 * resets it: a sender busy writing would never read the answer (RFC 9112, section 9.6). A body that stalled is not waited for.
 */
function mustLinger(reply: Reply, request: IncomingMessage, response: ServerResponse): boolean {
  const isLast = request.httpVersionMajor === 1 && !response.shouldKeepAlive
  const isUploading = !request.complete && !request.destroyed
  return isLast && isUploading && reply.headers['connection'] !== 'close'
}

/** The whole body at once, its end when the upload has ended; `discardRest` bounds the wait. */
function untilUploaded(body: string, request: IncomingMessage): Readable {
  const stream = new Readable({ read() {} })
  stream.push(body)
  finished(request, { writable: false }, () => stream.push(null))
  return stream
}
