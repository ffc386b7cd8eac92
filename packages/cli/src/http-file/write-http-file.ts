import type { HeaderList } from 'sallyport/provider'

/** A request to be kept in a file. */
export interface RequestToWrite {
  readonly method: string
  readonly url: string
  readonly headers: HeaderList
  readonly body: Uint8Array
  /** Milliseconds since 1970. */
  readonly receivedAt: number
}

/** Writes a request as `parseHttpFile` reads it: the body byte by byte, credentials included. */
export function writeHttpFile({ method, url, headers, body, receivedAt }: RequestToWrite): Buffer {
  const head = [
    `# received-at: ${new Date(receivedAt).toISOString()}`,
    `${method} ${url} HTTP/1.1`,
    ...[...headers].map(([name, value]) => `${name}: ${value}`),
  ]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body])
}
