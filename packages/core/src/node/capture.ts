import type { IncomingMessage, ServerResponse } from 'node:http'
import type { BodyReader, IncomingDelivery } from '../delivery.ts'
import { SallyportError } from '../errors.ts'
import { readBody } from './read-body.ts'

/** What a host did to a request before we got it. */
export interface HostFacts {
  /** Path and query before routing. @default `request.url` */
  readonly url?: string | undefined
  /** Address of the peer as the host sees it, behind its trusted proxies. @default the socket's */
  readonly remoteAddress?: string | undefined
  /** `rawBody` as some hosts set it; counts only as bytes. */
  readonly rawBody?: unknown
  /** The body as an earlier parser left it; counts only as bytes. */
  readonly parsedBody?: unknown
}

/**
 * Captures a Node request: raw header pairs and, when the receiver asks, the exact body bytes.
 *
 * @example
 * const reply = await receiver.receive(captureNode(request, response))
 */
export function captureNode(request: IncomingMessage, response: ServerResponse, host: HostFacts = {}): IncomingDelivery {
  let gone: AbortController | undefined
  return {
    method: request.method ?? '',
    url: host.url ?? request.url ?? '',
    headers: request.rawHeaders,
    remoteAddress: host.remoteAddress ?? request.socket.remoteAddress,
    body: createReader(request, host),
    get signal() {
      gone ??= abortWhenGone(response)
      return gone.signal
    },
  }
}

function createReader(request: IncomingMessage, { rawBody, parsedBody }: HostFacts): BodyReader {
  return async (limits) => {
    const bytes = [rawBody, parsedBody].find((candidate) => candidate instanceof Uint8Array)
    if (bytes !== undefined) return bytes as Uint8Array
    // Text is no substitute: decoding has already replaced every byte that was not UTF-8.
    if (request.readableDidRead || wasHandedOver(request, parsedBody)) throw new SallyportError('BODY_ALREADY_PARSED')
    return readBody(request, limits)
  }
}

// Serverless hosts hand over a request whose stream is over before it began, with the parsed body beside it.
function wasHandedOver(request: IncomingMessage, parsedBody: unknown): boolean {
  return parsedBody !== undefined && parsedBody !== null && request.readableEnded
}

function abortWhenGone(response: ServerResponse): AbortController {
  const controller = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) controller.abort()
  })
  return controller
}
