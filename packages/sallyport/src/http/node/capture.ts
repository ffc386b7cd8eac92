import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { SallyportError } from '../../errors/sallyport-error.ts'
import type { BodyReader, IncomingDelivery } from '../../verify/delivery.ts'
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

/** Serverless hosts leave the body they read on the request itself. */
type HostRequest = IncomingMessage & { readonly rawBody?: unknown }

/**
 * Captures a Node request: raw header pairs and, when the receiver asks, the exact body bytes.
 *
 * @example
 * const reply = await receiver.receive(captureNode(request, response))
 */
export function captureNode(request: HostRequest, response: ServerResponse, host: HostFacts = {}): IncomingDelivery {
  return new NodeDelivery(request, response, host)
}

/** A class because of its getter, see `Deadline`. */
class NodeDelivery implements IncomingDelivery {
  readonly method: string
  readonly url: string
  readonly headers: readonly string[]
  readonly remoteAddress: string | undefined
  readonly secure: boolean
  readonly body: BodyReader
  readonly #response: ServerResponse
  #gone: AbortController | undefined

  constructor(request: HostRequest, response: ServerResponse, host: HostFacts) {
    this.method = request.method ?? ''
    this.url = host.url ?? request.url ?? ''
    this.headers = request.rawHeaders
    this.remoteAddress = host.remoteAddress ?? request.socket.remoteAddress
    this.secure = (request.socket as Partial<TLSSocket>).encrypted === true
    this.body = createReader(request, host)
    this.#response = response
  }

  get signal(): AbortSignal {
    this.#gone ??= abortWhenGone(this.#response)
    return this.#gone.signal
  }
}

function createReader(request: HostRequest, { rawBody, parsedBody }: HostFacts): BodyReader {
  return (limits) => {
    const bytes = [rawBody, request.rawBody, parsedBody].find((candidate) => candidate instanceof Uint8Array)
    if (bytes !== undefined) return Promise.resolve(bytes)
    // Text does not do: decoding has already replaced every byte that was not UTF-8.
    const isUsedUp = request.readableDidRead || request.readableEnded
    return isUsedUp ? Promise.reject(new SallyportError('BODY_ALREADY_PARSED')) : readBody(request, limits)
  }
}

function abortWhenGone(response: ServerResponse): AbortController {
  const controller = new AbortController()
  const check = (): void => {
    if (!response.writableEnded) controller.abort()
  }
  // A handler may ask for the first time after the sender disconnected.
  if (response.destroyed) check()
  else response.once('close', check)
  return controller
}
