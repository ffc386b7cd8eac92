import { types } from 'node:util'
import { SallyportError, tryRead } from '../../errors/sallyport-error.ts'
import type { BodyReader, IncomingDelivery } from '../../verify/delivery.ts'
import type { HeadersInput } from '../../verify/header-list.ts'
import { readStream } from '../read-body.ts'

/** What a host may pass besides the request. */
export interface FetchContext {
  readonly remoteAddress?: string | undefined
  /**
   * Whether the connection was encrypted, as the host knows it; `withHttps` checks it. Never taken from the request's URL: on
   * many hosts the sender writes its scheme. @default unknown: a receiver that requires HTTPS rejects the delivery
   */
  readonly secure?: boolean | undefined
  /** Keeps the instance alive for background work, as on Cloudflare, Vercel and Deno Deploy. */
  waitUntil?: ((work: Promise<unknown>) => void) | undefined
}

/** A web-standard request as a delivery. The receiver reads its members, so one that throws has an answer. */
export class FetchDelivery implements IncomingDelivery {
  readonly #request: Request
  readonly #context: FetchContext | undefined
  #gone: AbortController | undefined
  #isAnswered = false
  #unfollow: (() => void) | undefined

  constructor(request: Request, context: FetchContext | undefined) {
    this.#request = request
    this.#context = context
  }

  get method(): string {
    return this.#request.method
  }

  /** Path and query; empty where the host has none. */
  get url(): string {
    const { url } = this.#request as { readonly url?: unknown }
    if (typeof url === 'string' && url.startsWith('/')) return url.split('#', 1)[0]!
    const { pathname = '', search = '' } = parse(url) ?? {}
    return pathname + search
  }

  get secure(): boolean | undefined {
    return this.#context?.secure
  }

  get headers(): HeadersInput {
    return this.#request.headers as HeadersInput
  }

  get remoteAddress(): string | undefined {
    return this.#context?.remoteAddress
  }

  get body(): Uint8Array | BodyReader {
    const { body } = this.#request as { readonly body?: unknown }
    // A host that reads first may pass the bytes in place of the stream.
    return types.isUint8Array(body) ? body : createReader(this.#request)
  }

  /**
   * Aborted when the sender disconnects before the answer. Not the request's own: Deno aborts that one after a good answer too
   * (https://docs.deno.com/go/unstable-no-legacy-abort, read 2026-11-29), when handlers may still have work of their own.
   */
  get signal(): AbortSignal | undefined {
    if (this.#gone === undefined && !this.#isAnswered) this.#gone = this.#follow()
    return this.#gone?.signal
  }

  get waitUntil(): IncomingDelivery['waitUntil'] {
    const context = this.#context
    return context?.waitUntil && ((work) => context.waitUntil?.(work))
  }

  /** The answer is ready: what happens to the request from now on is no disconnect. */
  answer(): void {
    this.#isAnswered = true
    this.#unfollow?.()
  }

  #follow(): AbortController {
    const gone = new AbortController()
    // Not every host has one.
    const signal = tryRead<AbortSignal | undefined>(() => this.#request.signal, undefined)
    if (typeof signal?.addEventListener !== 'function') return gone
    const abort = (): void => gone.abort(signal.reason)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    const unfollow = (): void => signal.removeEventListener('abort', abort)
    this.#unfollow = unfollow
    return gone
  }
}

function parse(url: unknown): URL | undefined {
  if (url instanceof URL) return url
  return typeof url === 'string' ? (URL.parse(url) ?? undefined) : undefined
}

function createReader(request: Request): BodyReader {
  return async (limits) => {
    const { body, bodyUsed } = request
    if (bodyUsed || body?.locked) throw new SallyportError('BODY_ALREADY_PARSED')
    if (body === null) return new Uint8Array()
    if (typeof (body as Partial<typeof body> | undefined)?.getReader === 'function')
      return readStream(body, limits, () => request.headers.get('content-length'))
    throw new SallyportError('REQUEST_UNREADABLE', 'the body of the request is neither a stream nor bytes')
  }
}
