/** A request written byte by byte. */
export interface RawRequest {
  /** @default 'POST' */
  readonly method?: string | undefined
  readonly url: string
  readonly headers: Readonly<Record<string, string>> | readonly (readonly [string, string])[]
}

/** How a body is framed: its length in bytes, chunked, or no body. */
export type Framing = number | 'chunked' | 'none'

/** The head of a request, up to and including the empty line. */
export function rawHead({ method = 'POST', url, headers }: RawRequest, framing: Framing): string {
  const { pathname, search, host } = new URL(url)
  const pairs = Array.isArray(headers) ? (headers as readonly (readonly [string, string])[]) : Object.entries(headers)
  const lines = pairs.map(([name, value]) => `${name}: ${value}`)
  if (typeof framing === 'number') lines.push(`Content-Length: ${framing}`)
  if (framing === 'chunked') lines.push('Transfer-Encoding: chunked')
  return [`${method} ${pathname}${search} HTTP/1.1`, `Host: ${host}`, ...lines, '', ''].join('\r\n')
}

/** One chunk of a chunked body. */
export function rawChunk(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
}

/** The end of a chunked body. */
export const lastChunk = '0\r\n\r\n'

/** A whole request with its body and `Content-Length`. */
export function rawRequest(request: RawRequest, body: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(rawHead(request, body.length), 'latin1'), body])
}
