import { SallyportError } from '../../errors/sallyport-error.ts'
import { decodeStrict } from '../../verify/encoding.ts'
import type { IncomingDelivery } from '../../verify/delivery.ts'
import { toHeaderList, type HeadersInput } from '../../verify/header-list.ts'
import { readSource, type LambdaContext, type LambdaHttpEvent, type LambdaSource } from './event.ts'
import { toLambdaUrl, type LambdaUrl } from './url.ts'

/** An event as a delivery. The receiver reads its members, so one that throws has an answer. */
export class LambdaDelivery implements IncomingDelivery {
  readonly source: LambdaSource
  readonly #event: LambdaHttpEvent
  readonly #context: LambdaContext | undefined
  readonly #work: Promise<unknown>[] = []
  #url: LambdaUrl | undefined
  #stopping: AbortController | undefined
  #timer: NodeJS.Timeout | undefined

  /** @throws SallyportError `REQUEST_UNREADABLE` for an event that is no HTTP request */
  constructor(event: LambdaHttpEvent, context: LambdaContext | undefined) {
    this.source = readSource(event)
    this.#event = event
    this.#context = context
  }

  get method(): string {
    const { requestContext, httpMethod } = this.#event
    return (requestContext.http?.method ?? httpMethod)!
  }

  get url(): string {
    return (this.#url ??= toLambdaUrl(this.#event, this.source)).url
  }

  get urlIsRebuilt(): boolean {
    return (this.#url ??= toLambdaUrl(this.#event, this.source)).isRebuilt
  }

  /** With every value where the service passes them: `headers` alone has the last. */
  get headers(): HeadersInput {
    const { headers, multiValueHeaders, cookies } = this.#event
    if (isRecord(multiValueHeaders)) return multiValueHeaders
    const given = (headers ?? {}) as HeadersInput
    // Format 2.0 moves the cookies out of the headers.
    if (!Array.isArray(cookies)) return given
    const list = toHeaderList(given)
    return list.has('cookie') ? list : [...list, ...cookies.map((cookie: string) => ['cookie', cookie] as const)]
  }

  get hasMultiValueHeaders(): boolean {
    return isRecord(this.#event.multiValueHeaders)
  }

  get remoteAddress(): string | undefined {
    const { http, identity } = this.#event.requestContext
    return this.source === 'load balancer' ? readForwardedFor(this.headers) : (http ?? identity)?.sourceIp
  }

  /**
   * API Gateway has HTTPS endpoints only (https://aws.amazon.com/api-gateway/faqs/, read 2026-11-29). Unknown elsewhere: a load
   * balancer may listen without TLS, and the document calls a function URL an "HTTP(S) endpoint".
   */
  get secure(): boolean | undefined {
    return this.source === 'load balancer' || this.source === 'function URL' ? undefined : true
  }

  get body(): Uint8Array {
    const { body, isBase64Encoded = false } = this.#event
    if (body === undefined || body === null || body === '') return new Uint8Array()
    // Middleware that parses bodies leaves the value in place of the text.
    if (typeof body === 'object') throw new SallyportError('BODY_ALREADY_PARSED')
    if (typeof body !== 'string' || (typeof isBase64Encoded !== 'boolean' && isBase64Encoded !== null))
      throw unreadable('body must be text, and isBase64Encoded true or false')
    if (!isBase64Encoded) return encodeText(body)
    const bytes = decodeStrict(body, 'base64')
    if (bytes === undefined) throw unreadable('isBase64Encoded is true, but the body is not valid base64')
    return bytes
  }

  /** Aborted a second before the function's time is up. That its sender is gone, a function does not learn. */
  get signal(): AbortSignal {
    if (this.#stopping === undefined) {
      const stopping = new AbortController()
      const spareMs = this.#spareMs
      if (spareMs !== undefined) this.#timer = setTimeout(() => stopping.abort(), spareMs)
      this.#stopping = stopping
    }
    return this.#stopping.signal
  }

  readonly waitUntil = (work: Promise<unknown>): void => void this.#work.push(work)

  /** Waits for the work that was to outlive the answer, as long as there is time: a function that has answered is frozen. */
  async finish(): Promise<void> {
    const late = Promise.withResolvers<'late'>()
    const spareMs = this.#spareMs
    const timer = spareMs === undefined ? undefined : setTimeout(late.resolve, spareMs, 'late')
    try {
      // Work may bring more work.
      for (let done = 0; done < this.#work.length;) {
        done = this.#work.length
        if ((await Promise.race([Promise.allSettled(this.#work), late.promise])) === 'late') return
      }
    } finally {
      clearTimeout(timer)
      clearTimeout(this.#timer)
    }
  }

  /** Milliseconds that are left before the last second, which the answer needs. */
  get #spareMs(): number | undefined {
    const remainingMs = this.#context?.getRemainingTimeInMillis?.()
    return remainingMs === undefined ? undefined : Math.max(0, remainingMs - 1_000)
  }
}

// A lone surrogate has no bytes: the text is not what arrived.
function encodeText(text: string): Buffer {
  if (!text.isWellFormed()) throw unreadable('the body is text that is not valid Unicode')
  return Buffer.from(text, 'utf8')
}

/** What the load balancer added itself: the last address, with its port if it is told to keep ports. */
function readForwardedFor(headers: HeadersInput): string | undefined {
  const last = toHeaderList(headers).getAll('x-forwarded-for').at(-1)?.split(',').at(-1)?.trim()
  return last && (/^(\d+(?:\.\d+){3}):\d+$/.exec(last)?.[1] ?? /^\[(.+)\](?::\d+)?$/.exec(last)?.[1] ?? last)
}

function isRecord(value: unknown): value is Record<string, string | readonly string[] | undefined> {
  return typeof value === 'object' && value !== null
}

function unreadable(what: string): SallyportError {
  return new SallyportError('REQUEST_UNREADABLE', `the event cannot be read: ${what}; pass it as AWS made it`)
}
