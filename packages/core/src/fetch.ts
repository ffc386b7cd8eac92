import type { BodyReader, BodyLimits } from './delivery.ts'
import { SallyportError } from './errors.ts'
import type { EventMap } from './provider.ts'
import type { Receiver } from './receiver.ts'

/** What a host may pass beside the request. */
export interface FetchContext {
  readonly remoteAddress?: string
  /** Keeps the instance alive for background work, as on Cloudflare, Vercel and Deno Deploy. */
  waitUntil?(work: Promise<unknown>): void
}

/**
 * Serves a receiver where requests are web-standard: Hono, Next.js route handlers, Bun, Deno, edge runtimes with
 * `node:crypto`. Repeated headers arrive joined there; a joined security header is refused as malformed.
 *
 * @example
 * app.post('/webhooks/sonzai', (c) => handle(c.req.raw)) // const handle = toFetchHandler(receiver)
 */
export function toFetchHandler<Events extends EventMap>(
  receiver: Receiver<Events>,
): (request: Request, context?: FetchContext) => Promise<Response> {
  return async (request, context) => {
    const { pathname, search } = new URL(request.url)
    const reply = await receiver.receive({
      method: request.method,
      url: pathname + search,
      headers: [...request.headers],
      body: createReader(request),
      signal: request.signal,
      remoteAddress: context?.remoteAddress,
      waitUntil: context?.waitUntil && ((work) => context.waitUntil?.(work)),
    })
    // The refused upload's rest is not wanted; the host decides what becomes of the connection.
    if (!request.bodyUsed) await request.body?.cancel().catch(() => {})
    const { 'connection': _hopByHop, ...headers } = reply.headers
    return new Response(request.method === 'HEAD' ? null : reply.body, { status: reply.status, headers })
  }
}

function createReader(request: Request): BodyReader {
  return async (limits) => {
    if (request.bodyUsed) throw new SallyportError('BODY_ALREADY_PARSED')
    return request.body === null ? new Uint8Array() : readStream(request.body, limits)
  }
}

async function readStream(stream: ReadableStream<Uint8Array>, { maxBodyBytes, bodyTimeoutMs }: BodyLimits): Promise<Buffer> {
  const reader = stream.getReader()
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new SallyportError('BODY_TIMEOUT')), bodyTimeoutMs)
  })
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), deadline])
      if (done) return Buffer.concat(chunks, length)
      length += value.byteLength
      if (length > maxBodyBytes) throw new SallyportError('BODY_TOO_LARGE')
      chunks.push(value)
    }
  } catch (cause) {
    reader.cancel().catch(() => {})
    throw SallyportError.is(cause) ? cause : new SallyportError('BODY_ABORTED', undefined, { cause })
  } finally {
    clearTimeout(timer)
  }
}
