import { SallyportError } from '../errors/sallyport-error.ts'
import type { Receiver } from '../receive/receiver.ts'
import type { BodyReader } from '../verify/delivery.ts'
import type { EventMap } from '../verify/provider.ts'
import { readStream } from './read-body.ts'

/** What a host may pass besides the request. */
export interface FetchContext {
  readonly remoteAddress?: string | undefined
  /** Keeps the instance alive for background work, as on Cloudflare, Vercel and Deno Deploy. */
  waitUntil?: ((work: Promise<unknown>) => void) | undefined
}

/**
 * Mounts a receiver where requests are web-standard: Hono, Next.js route handlers, Bun, Deno, edge runtimes with
 * `node:crypto`. Repeated headers arrive joined there; a joined security header is refused as malformed.
 *
 * @example
 * app.post('/webhooks/sonzai', (c) => handle(c.req.raw)) // const handle = webhook(receiver)
 */
export function webhook<Events extends EventMap>(
  receiver: Receiver<Events>,
): (request: Request, context?: FetchContext) => Promise<Response> {
  return async (request, context) => {
    const { pathname, search, protocol } = new URL(request.url)
    const reply = await receiver.receive({
      method: request.method,
      url: pathname + search,
      headers: [...request.headers],
      body: createReader(request),
      signal: request.signal,
      remoteAddress: context?.remoteAddress,
      secure: protocol === 'https:',
      waitUntil: context?.waitUntil && ((work) => context.waitUntil?.(work)),
    })
    const { status, body } = reply
    const { connection: _hopByHop, ...headers } = reply.headers
    const isEmpty = request.method === 'HEAD' || status === 204 || status === 205
    return new Response(isEmpty ? null : body, { status, headers })
  }
}

function createReader(request: Request): BodyReader {
  return async (limits) => {
    if (request.bodyUsed || request.body?.locked) throw new SallyportError('BODY_ALREADY_PARSED')
    return request.body === null ? new Uint8Array() : readStream(request.body, limits)
  }
}
