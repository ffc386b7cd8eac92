import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { ClientRequest, IncomingMessage } from 'node:http'
import type { SignedRequest } from './delivery.ts'

/** Headers in their order. */
export type Headers = readonly (readonly [name: string, value: string])[]

/** A request to send. */
export interface OutgoingRequest {
  readonly url: string
  /** All of them, as `toSentHeaders` returns them; Node adds only `Connection`. */
  readonly headers: Headers
  readonly body: Uint8Array
  /** Longest time in milliseconds, up to the end of the answer. */
  readonly timeoutMs: number
  /** Milliseconds to hold back half of the body. */
  readonly slowBodyMs?: number | undefined
  readonly signal: AbortSignal
}

/** The answer; `code` is 0 if there was none. */
export interface SentRequest {
  readonly code: number
  /** As they arrived. */
  readonly headers?: Headers | undefined
  /** The start of the answer's body. */
  readonly body?: string | undefined
  readonly contentType?: string | undefined
  readonly error?: string | undefined
  /** Seconds the receiver asks to wait (`Retry-After`). */
  readonly retryAfterSeconds?: number | undefined
  readonly durationMs: number
}

const longestAnswer = 64 * 1024
const keptAnswer = 4096

/** The headers of a request with those that every request has. */
export function toSentHeaders(url: string, { headers, body }: SignedRequest): Headers {
  const all = {
    Host: new URL(url).host,
    'User-Agent': 'sallyport-sandbox',
    ...headers,
    'Content-Length': String(body.byteLength),
  }
  return Object.entries(all)
}

/** Sends one POST with limits on time and answer size; redirects are not followed. */
export async function sendRequest(outgoing: OutgoingRequest): Promise<SentRequest> {
  const startedAt = performance.now()
  const elapsed = (): number => Math.round(performance.now() - startedAt)
  // The delay of a fault does not count against the receiver.
  const limit = AbortSignal.timeout(outgoing.timeoutMs + (outgoing.slowBodyMs ?? 0))
  try {
    const response = await exchange(outgoing, AbortSignal.any([outgoing.signal, limit]))
    return { ...response, durationMs: elapsed() }
  } catch (error) {
    const text = limit.aborted ? `no answer within ${outgoing.timeoutMs} ms` : describe(error)
    return { code: 0, error: text, durationMs: elapsed() }
  }
}

function exchange(outgoing: OutgoingRequest, signal: AbortSignal): Promise<Omit<SentRequest, 'durationMs'>> {
  const { url, headers, body } = outgoing
  const open = new URL(url).protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const request = open(url, {
      method: 'POST',
      headers: Object.fromEntries(headers),
      agent: false,
      signal,
    })
    let hold: NodeJS.Timeout | undefined
    request.on('error', reject)
    request.on('close', () => clearTimeout(hold))
    request.on('response', (response) => {
      readAnswer(response)
        .then((answer) => resolve({ code: response.statusCode ?? 0, ...answer }), reject)
        // The answer ends an upload that is still held back.
        .finally(() => request.destroy())
    })
    if (outgoing.slowBodyMs === undefined) request.end(body)
    else hold = sendSlowly(request, body, outgoing.slowBodyMs)
  })
}

function sendSlowly(request: ClientRequest, body: Uint8Array, ms: number): NodeJS.Timeout {
  const middle = body.byteLength >> 1
  request.write(body.subarray(0, middle))
  return setTimeout(() => request.end(body.subarray(middle)), ms)
}

async function readAnswer(
  response: IncomingMessage,
): Promise<Pick<SentRequest, 'headers' | 'body' | 'contentType' | 'retryAfterSeconds'>> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    if (length > longestAnswer) break
  }
  const text = Buffer.concat(chunks).toString('utf8').slice(0, keptAnswer)
  const asked = response.headers['retry-after'] ?? ''
  const retryAfterSeconds = /^\d{1,6}$/.test(asked) ? Number(asked) || undefined : undefined
  const headers = toPairs(response.rawHeaders)
  return { headers, body: text || undefined, contentType: response.headers['content-type'], retryAfterSeconds }
}

function toPairs(rawHeaders: readonly string[]): [name: string, value: string][] {
  return Array.from({ length: rawHeaders.length / 2 }, (_, n) => [rawHeaders[2 * n]!, rawHeaders[2 * n + 1]!])
}

function describe(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code ?? message ?? 'failed'
}
