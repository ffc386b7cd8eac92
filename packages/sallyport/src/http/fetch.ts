import { ByteCollector } from './byte-collector.ts'
import type { BodyReader, BodyLimits } from '../verify/delivery.ts'
import { SallyportError } from '../errors/sallyport-error.ts'
import type { EventMap } from '../verify/provider.ts'
import type { Receiver } from '../receive/receiver.ts'

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

function readStream(stream: ReadableStream<Uint8Array>, { maxBodyBytes, bodyTimeoutMs }: BodyLimits): Promise<Buffer> {
  const reader = stream.getReader()
  let isLate = false

  // Not a race of every read against one long promise, which would keep a reaction for each.
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      isLate = true
      reject(new SallyportError('BODY_TIMEOUT'))
    }, bodyTimeoutMs)
    collect()
      .then(resolve, (cause: unknown) => {
        reject(SallyportError.is(cause) ? cause : new SallyportError('BODY_ABORTED', undefined, { cause }))
      })
      .finally(() => {
        clearTimeout(timer)
        // Not cancelled: some hosts would break the connection before the answer is out. They see to the rest themselves.
        reader.releaseLock()
      })
  })

  async function collect(): Promise<Buffer> {
    const body = new ByteCollector()
    for (;;) {
      const { done, value } = await reader.read()
      if (done || isLate) return body.take()
      if (body.length + value.byteLength > maxBodyBytes) throw new SallyportError('BODY_TOO_LARGE')
      body.add(value)
    }
  }
}
