import type { IncomingMessage, ServerResponse } from 'node:http'
import { Socket, type Server } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { types } from 'node:util'
import { SallyportError } from '../../errors/sallyport-error.ts'
import type { BodyReader, IncomingDelivery } from '../../verify/delivery.ts'
import type { HeadersInput } from '../../verify/header-list.ts'
import { readBody } from '../read-body.ts'

/** What a framework or host did with a request before Sallyport got it. */
export interface HostFacts {
  /** Path and query before routing. @default `request.url` */
  readonly url?: string | undefined
  /** Address of the peer as the host sees it, after its trusted proxies. @default the socket's */
  readonly remoteAddress?: string | undefined
  /** `rawBody` where a framework sets it on its own request object; used only if it is bytes. @default `request.rawBody` */
  readonly rawBody?: unknown
  /** The body as an earlier parser left it; used only if it is bytes. */
  readonly parsedBody?: unknown
}

/**
 * A request as hosts make it. Serverless hosts leave the body they read on the request itself. Bridges build one from an event:
 * without raw headers, without a socket, with a version in text.
 */
type HostRequest = IncomingMessage & { readonly rawBody?: unknown; readonly body?: unknown }

/**
 * Captures a Node request: raw header pairs and, when the receiver asks, the exact body bytes. Never throws: the receiver reads
 * the request, and answers what is wrong with it.
 *
 * @example
 * const reply = await receiver.receive(captureNode(request, response))
 */
export function captureNode(request: HostRequest, response: ServerResponse, host: HostFacts = {}): IncomingDelivery {
  return new NodeDelivery(request, response, host)
}

/** A class because of its getter, see `Deadline`. */
class NodeDelivery implements IncomingDelivery {
  readonly method: string = ''
  readonly url: string = ''
  readonly headers: HeadersInput
  readonly remoteAddress: string | undefined
  readonly secure: boolean | undefined
  readonly body: Uint8Array | BodyReader
  readonly #response: ServerResponse
  #gone: AbortController | undefined

  constructor(request: HostRequest, response: ServerResponse, host: HostFacts) {
    this.#response = response
    // Noted now: the server may be closing when the first answer is ready.
    isClosing(request)
    this.remoteAddress = host.remoteAddress ?? addressOf(request)
    this.secure = isEncrypted(request)
    this.body = rejectUnreadable
    try {
      this.headers = readHeaders(request)
      this.url = host.url ?? request.url ?? ''
      this.body = findBytes(request, host) ?? createReader(request)
      this.method = request.method ?? ''
    } catch (cause) {
      // The receiver asks for the headers first, and has an answer for what they throw.
      this.headers = { [Symbol.iterator]: () => raise(cause) }
    }
  }

  get signal(): AbortSignal {
    this.#gone ??= abortWhenGone(this.#response)
    return this.#gone.signal
  }
}

// No `fromHost`: its closure is a cost for every delivery.
function addressOf(request: IncomingMessage): string | undefined {
  try {
    return request.socket.remoteAddress
  } catch {
    return undefined
  }
}

// Without a connection nobody knows. A bridge from an event has a stand-in that always claims to be encrypted, also where a load
// balancer got the request without TLS. Sockets of other runtimes are no `Socket`, but have a port.
function isEncrypted(request: IncomingMessage): boolean | undefined {
  try {
    const socket: Socket | Partial<Socket> = request.socket
    const isConnection = socket instanceof Socket || typeof socket.remotePort === 'number'
    return isConnection ? (socket as Partial<TLSSocket>).encrypted === true : undefined
  } catch {
    return undefined
  }
}

// A bridge may fill in the object alone. Repeated headers are joined there, and a joined security header is malformed.
function readHeaders({ rawHeaders, headers }: Partial<HostRequest>): HeadersInput {
  return (Array.isArray(rawHeaders) && rawHeaders.length > 0 ? rawHeaders : headers) ?? []
}

// Text does not do: decoding has already replaced every byte that was not UTF-8.
function findBytes(request: HostRequest, { rawBody, parsedBody }: HostFacts): Uint8Array | undefined {
  if (types.isUint8Array(rawBody)) return rawBody
  if (types.isUint8Array(request.rawBody)) return request.rawBody
  if (types.isUint8Array(parsedBody)) return parsedBody
  return types.isUint8Array(request.body) ? request.body : undefined
}

/** What a getter of the host or its framework finds: nothing where it throws, as those that need a socket do without one. */
export function fromHost<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

const everListening = new WeakSet<object>()

/**
 * Whether the server of a request has stopped listening. One that gets its connections from another server never listens, and
 * is open.
 */
export function isClosing(request: IncomingMessage): boolean {
  // Node sets the server of a connection; a bridge may not have a connection.
  const server = fromHost(() => (request.socket as { readonly server?: Partial<Server> }).server)
  if (server?.listening === true) everListening.add(server)
  return server?.listening === false && everListening.has(server)
}

function rejectUnreadable(): Promise<never> {
  return Promise.reject(new SallyportError('REQUEST_UNREADABLE'))
}

function raise(cause: unknown): never {
  throw cause
}

function createReader(request: HostRequest): BodyReader {
  return (limits) => {
    const isUsedUp = request.readableDidRead || request.readableEnded
    if (isUsedUp) return Promise.reject(new SallyportError('BODY_ALREADY_PARSED'))
    if (typeof request.on === 'function')
      return readBody(request, limits, fromHost(() => request.socket instanceof Socket) === true)
    const message = 'the request has no body to read: it is no stream, and no bytes were kept in rawBody or body'
    return Promise.reject(new SallyportError('REQUEST_UNREADABLE', message))
  }
}

function abortWhenGone(response: ServerResponse): AbortController {
  const controller = new AbortController()
  const check = (): void => {
    if (!response.writableEnded) controller.abort()
  }
  // A handler may ask for the first time after the sender disconnected. A bridge's response may be no stream.
  if (response.destroyed) check()
  else fromHost(() => response.once('close', check))
  return controller
}
