import { request, type IncomingHttpHeaders } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** An answer of a console. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** A request as anybody can make it up. */
export interface Made {
  readonly method?: string
  /** Sent as it is, also `/../x`. @default the path of the address */
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Sends a request that `fetch` would correct. */
export function send(address: string, { method = 'GET', path, headers = {}, body }: Made = {}): Promise<Answer> {
  const { hostname, port, pathname, search } = new URL(address)
  return new Promise((resolve, reject) => {
    const isChunked = headers['transfer-encoding'] !== undefined
    // Node frames no body of OPTIONS by itself.
    const framing = body === undefined || isChunked ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const made = { method, headers: { ...headers, ...framing }, agent: false }
    const sent = request({ hostname, port, path: path ?? pathname + search, ...made })
    sent.once('error', reject)
    sent.once('response', (response) => {
      buffer(response).then(
        (bytes) => resolve({ status: response.statusCode!, headers: response.headers, text: bytes.toString() }),
        reject,
      )
    })
    sent.end(body)
  })
}

/** Headers of a change, as the pages send them. */
export const changeHeaders = { 'content-type': 'application/json', 'x-sallyport-console': '1' } as const

/** Asks for a change as the pages do. */
export function post(address: string, data: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return send(address, { method: 'POST', headers: { ...changeHeaders, ...headers }, body: JSON.stringify(data) })
}
