import type { StoredEvent } from 'sallyport/inbox'

/** A request as it is written down. */
export type WrittenRequest = Pick<StoredEvent, 'method' | 'url' | 'headers' | 'body' | 'receivedAt'>

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

const signAgain = '# credentials are [redacted]: sallyport send --replay <file> --sign signs it again'

/**
 * Writes a request as an `.http` file, which `sallyport verify` and `sallyport send` read: request line, headers, an empty line,
 * the exact body. What would end a line of the head is replaced.
 */
export function toHttpFile({ method, url, headers, body, receivedAt }: WrittenRequest): Uint8Array {
  const lines = [
    `${/^[A-Z]+$/.test(method) ? method : 'POST'} ${toTarget(url)} HTTP/1.1`,
    ...toLines(headers, body.byteLength).map(([name, value]) => `${name}: ${value}`),
  ]
  const notes = [
    `# received-at: ${new Date(receivedAt).toISOString()}`,
    ...(lines.some((line) => line.includes('[redacted]')) ? [signAgain] : []),
  ]
  return Buffer.concat([Buffer.from(`${[...notes, ...lines].join('\r\n')}\r\n\r\n`, 'latin1'), body])
}

/** Header lines with the body in one piece: `Content-Length` where `Transfer-Encoding` was. */
function toLines(headers: WrittenRequest['headers'], length: number): (readonly [string, string])[] {
  const has = (wanted: string): boolean => headers.some(([name]) => name.toLowerCase() === wanted)
  const isFramed = !has('transfer-encoding')
  const kept = headers.filter(([name]) => isFramed || !/^(?:transfer-encoding|content-length)$/i.test(name))
  const lines = kept
    .filter(([name]) => token.test(name))
    .map(([name, value]) => [name, value.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '?')] as const)
  return isFramed ? lines : [...lines, ['Content-Length', String(length)]]
}

/** The target of a request without what would end it: spaces and control characters. */
export function toTarget(url: string): string {
  const target = url.replaceAll(/[^\x21-\x7e]/g, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0').toUpperCase()}`).join(''),
  )
  return target === '' ? '/' : target
}
