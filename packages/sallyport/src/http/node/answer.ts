import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable, finished } from 'node:stream'
import type { Reply } from '../../receive/reply.ts'
import { isClosing } from './capture.ts'

/** A reply in the form Node, or a framework on top of it, sends. */
export interface NodeAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Empty where a request or a status allows no content. */
  readonly body: string | Readable
}

const emptyStatuses: readonly number[] = [204, 205, 304]

/**
 * Prepares the answer to a request, and discards the unread rest of the request's body.
 *
 * @example
 * const { status, headers, body } = toNodeAnswer(await receiver.receive(incoming), request, response)
 */
export function toNodeAnswer(reply: Reply, request: IncomingMessage, response: ServerResponse): NodeAnswer {
  const { status } = reply
  const headers = isHttp1(request) ? reply.headers : withoutConnection(reply.headers)
  // A server that closes waits for its connections, and one that a sender keeps busy would never end.
  if (isHttp1(request) && isClosing(request)) response.shouldKeepAlive = false
  discardRest(request)
  if (emptyStatuses.includes(status)) return { status, headers, body: '' }
  const body = request.method === 'HEAD' ? '' : reply.body
  return {
    status,
    headers: { ...headers, 'content-length': String(Buffer.byteLength(reply.body)) },
    body: mustLinger(reply, request, response) ? untilUploaded(body, request) : body,
  }
}

// A bridge may write the version as text.
function isHttp1(request: IncomingMessage): boolean {
  const version: unknown = request.httpVersionMajor
  return version === 1 || version === '1'
}

// RFC 9113, section 8.2.2: in HTTP/2 only the stream ends, and `Connection` is not allowed.
function withoutConnection({ connection: _, ...headers }: Reply['headers']): Reply['headers'] {
  return headers
}

/**
 * A connection that is not kept alive closes after the answer. Closing it during an upload resets it, and a sender that is
 * still writing would never read the answer (RFC 9112, section 9.6). A body that stalled is not waited for.
 */
function mustLinger(reply: Reply, request: IncomingMessage, response: ServerResponse): boolean {
  const isLast = isHttp1(request) && !response.shouldKeepAlive
  const isUploading = isStream(request) && !request.complete && !request.destroyed
  return isLast && isUploading && reply.headers['connection'] !== 'close'
}

/** Sends the whole body at once, but ends only when the upload has ended; `discardRest` limits the wait. */
function untilUploaded(body: string, request: IncomingMessage): Readable {
  const stream = new Readable({ read() {} })
  stream.push(body)
  finished(request, { writable: false }, () => stream.push(null))
  return stream
}

/** Sends a reply; for HEAD without the body. */
export function writeReply(reply: Reply, request: IncomingMessage, response: ServerResponse): void {
  const { status, headers, body } = toNodeAnswer(reply, request, response)
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, headers)
  if (typeof body === 'string') response.end(body)
  else body.pipe(response)
}

// A serverless host may pass a plain object with the bytes on it.
function isStream(request: IncomingMessage): boolean {
  return typeof request.resume === 'function' && typeof request.on === 'function'
}

// Like nginx's lingering_time: long enough for an honest sender to read the answer, too short for a free upload.
const lingerMs = 5_000

/**
 * Discards the unread rest of a refused upload, so that the sender can read the answer (closing a socket with unread data
 * resets the connection) and the connection can be used again. Closes it after five seconds.
 */
export function discardRest(request: IncomingMessage): void {
  if (!isStream(request) || request.readableEnded || request.destroyed) return
  request.on('error', () => {})
  const timer = setTimeout(() => request.destroy(), lingerMs)
  timer.unref()
  const stop = (): void => clearTimeout(timer)
  request.once('end', stop).once('close', stop)
  request.resume()
}
