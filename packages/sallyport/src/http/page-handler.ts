import type { IncomingMessage, ServerResponse } from 'node:http'
import { tryRead } from '../errors/sallyport-error.ts'

/** A context of Koa, as far as a page needs it. */
export interface KoaPageContext {
  readonly req: IncomingMessage
  readonly method: string
  status: number
  body: unknown
  set(headers: Record<string, string>): void
}

/** A context of Hono, as far as a page needs it. */
export interface HonoPageContext {
  readonly req: { readonly raw: Request }
}

/** A reply of Fastify, as far as a page needs it. */
export interface FastifyPageReply {
  readonly raw: ServerResponse
  code(status: number): unknown
  headers(headers: Record<string, string>): unknown
  send(body: string): unknown
}

/** Answers GET and HEAD with a small text; a handler of any of these frameworks. */
export interface PageHandler {
  /** Where requests are web-standard. */
  (request: Request): Promise<Response>
  /** Koa. */
  (context: KoaPageContext): Promise<void>
  /** Fastify, whose promise is its own. */
  (request: { readonly method: string }, reply: FastifyPageReply): void
  /** `node:http` and Express. */
  (request: IncomingMessage, response: ServerResponse): Promise<void>
  /** Hono. Last, because its types infer from the last one. */
  (context: HonoPageContext): Promise<Response>
}

/** What a page shows. */
export interface Page {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

interface Answer {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string
}

/**
 * Makes a handler; what it is called with tells the framework.
 *
 * @param read makes the page of a GET or HEAD; never rejects
 */
export function createPageHandler(read: () => Promise<Page>): PageHandler {
  async function answer(method: string): Promise<Answer> {
    if (method !== 'GET' && method !== 'HEAD') return toAnswer(405, '', { allow: 'GET, HEAD' })
    const { status, contentType, body } = await read()
    return toAnswer(status, body, { 'content-type': contentType })
  }

  async function writeNode(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '' } = request
    const { status, headers, body } = await answer(method)
    if (response.headersSent || response.destroyed) return
    response.writeHead(status, headers).end(method === 'HEAD' ? '' : body)
  }

  async function writeKoa(context: KoaPageContext): Promise<void> {
    const { status, headers, body } = await answer(context.method)
    context.status = status
    context.body = body
    context.set(headers)
  }

  async function writeFastify({ method }: { readonly method: string }, reply: FastifyPageReply): Promise<void> {
    const { status, headers, body } = await answer(method)
    reply.code(status)
    reply.headers(headers)
    reply.send(method === 'HEAD' ? '' : body)
  }

  async function toResponse({ method }: Request): Promise<Response> {
    const { status, headers, body } = await answer(method)
    return new Response(method === 'HEAD' ? null : body, { status, headers })
  }

  return ((first: object, second: unknown) => {
    if (has(second, 'writeHead')) return writeNode(first as IncomingMessage, second as ServerResponse)
    // Returns no promise: Fastify would wait for what it resolves to.
    if (has(second, 'send') && has(second, 'code'))
      return void writeFastify(first as Request, second as FastifyPageReply)
    const { req } = first as Partial<HonoPageContext & KoaPageContext>
    if (req === undefined) return toResponse(first as Request)
    return 'raw' in req ? toResponse(req.raw) : writeKoa(first as KoaPageContext)
  }) as PageHandler
}

function toAnswer(status: number, body: string, more: Record<string, string>): Answer {
  const length = String(Buffer.byteLength(body))
  return { status, headers: { 'cache-control': 'no-store', 'content-length': length, ...more }, body }
}

function has(value: unknown, method: string): boolean {
  return tryRead(() => typeof (value as Record<string, unknown> | undefined)?.[method] === 'function', false)
}
