import { decodeText, type HeaderList } from 'sallyport/provider'
import { CliError } from './cli-error.ts'

/** A request to write to a file. */
export interface RequestToWrite {
  readonly method: string
  readonly url: string
  readonly headers: HeaderList
  readonly body: Uint8Array
  /** Milliseconds since 1970. */
  readonly receivedAt: number
}

/** Writes a request in the format `parseHttpFile` reads: the exact body, credentials included. */
export function writeHttpFile({ method, url, headers, body, receivedAt }: RequestToWrite): Buffer {
  const head = [
    `# received-at: ${new Date(receivedAt).toISOString()}`,
    `${method} ${url} HTTP/1.1`,
    ...[...headers].map(([name, value]) => `${name}: ${value}`),
  ]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), body])
}

/** A captured request. */
export interface CapturedRequest {
  readonly method: string
  readonly url: string
  /** In the order of the file. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
  /** When it arrived, in milliseconds since 1970, if the file says so. */
  readonly receivedAt?: number | undefined
  /** Remarks about the file. */
  readonly notes: readonly string[]
}

/** What the console writes where a credential was. */
const leftOut = '[redacted]'

/** Names of the headers, and of the parameters as `?name`, whose values are left out of the file. */
export function findLeftOut({ url, headers }: Pick<CapturedRequest, 'url' | 'headers'>): string[] {
  const parameters = (url.split('?', 2)[1] ?? '').split('&').filter((pair) => pair.endsWith(`=${leftOut}`))
  return [
    ...headers.filter(([, value]) => value === leftOut).map(([name]) => name),
    ...parameters.map((pair) => `?${pair.slice(0, -leftOut.length - 1)}`),
  ]
}

const requestLine = /^([A-Z]+) (\S+)(?: HTTP\/\d(?:\.\d)?)?$/
const header = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):(.*)$/

/**
 * Parses a request file: request line, headers, an empty line, then the exact body to the end of the file. Lines of the head
 * end in LF or CRLF. Comments (`#`, `//`) may come before the request line; `# received-at: <time>` says when it arrived.
 *
 * @throws CliError `REQUEST_INVALID`, with the line number
 */
export function parseHttpFile(file: Buffer): CapturedRequest {
  const notes: string[] = []
  const bytes = withoutMark(file)
  const lines = readHead(bytes)
  let receivedAt: number | undefined
  let next = 0
  for (; next < lines.head.length && isComment(lines.head[next]!); next++) {
    const [, time] = /^(?:#|\/\/)+\s*received-at:\s*(\S+)\s*$/i.exec(lines.head[next]!) ?? []
    if (time !== undefined && Number.isFinite(Date.parse(time))) receivedAt = Date.parse(time)
  }
  const [, method, url] = requestLine.exec(lines.head[next] ?? '') ?? []
  if (method === undefined || url === undefined)
    invalid(next, 'a request line such as "POST /webhooks/sonzai HTTP/1.1"')
  const headers = lines.head.slice(next + 1).map((line, index): [string, string] => {
    const [, name, value] = header.exec(line) ?? []
    if (name === undefined) invalid(next + 1 + index, 'a header such as "Content-Type: application/json"')
    return [name, trimBlanks(value ?? '')]
  })
  const body = readBody(bytes.subarray(lines.bodyAt), headers, notes)
  return { method, url: toPath(url), headers, body, receivedAt, notes }
}

// The body may be in any encoding, so only the start of the file is looked at.
function withoutMark(file: Buffer): Buffer {
  const start = decodeText(file.subarray(0, 4))
  if (!start.ok && start.encoding.startsWith('UTF'))
    throw new CliError('no', 'ENCODING_UNSUPPORTED', `the request file is encoded in ${start.encoding}`, {
      fix: 'Capture it again as bytes: an editor or a shell has converted the body too.',
    })
  return file.subarray(0, 3).equals(Buffer.from('\ufeff')) ? file.subarray(3) : file
}

// A regular expression for the blanks at the end would take quadratic time.
function trimBlanks(value: string): string {
  let end = value.length
  while (end > 0 && (value[end - 1] === ' ' || value[end - 1] === '\t')) end--
  return value.slice(0, end).replace(/^[ \t]+/, '')
}

function isComment(line: string): boolean {
  return line === '' || line.startsWith('#') || line.startsWith('//')
}

function invalid(index: number, wanted: string): never {
  // The line itself may contain a signature.
  throw new CliError('no', 'REQUEST_INVALID', `line ${index + 1} of the request is not ${wanted}`, {
    fix: 'Write the request as it was sent: request line, headers, an empty line, the exact body.',
  })
}

/** The lines before the empty line that ends the headers, and where the body begins. */
function readHead(bytes: Buffer): { head: string[]; bodyAt: number } {
  const head: string[] = []
  let hasRequestLine = false
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0x0a, at)
    const stop = end < 0 ? bytes.length : end
    const line = bytes.toString('latin1', at, stop).replace(/\r$/, '')
    at = stop + 1
    if (line === '' && hasRequestLine) return { head, bodyAt: at }
    hasRequestLine ||= !isComment(line)
    head.push(line)
  }
  return { head, bodyAt: bytes.length }
}

function readBody(rest: Buffer, headers: CapturedRequest['headers'], notes: string[]): Uint8Array {
  const values = (wanted: string): string[] =>
    headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value)
  if (values('transfer-encoding').some((value) => /\bchunked\b/i.test(value))) {
    const decoded = decodeChunked(rest)
    if (decoded) {
      notes.push('the chunks of the body were joined')
      return decoded
    }
  }
  const [announced = ''] = values('content-length')
  const extra = rest.subarray(Number(announced))
  // HTTP ends the body there; the line ends come from an editor.
  if (/^\d{1,15}$/.test(announced) && /^(?:\r?\n)+$/.test(extra.toString('latin1'))) {
    notes.push('line ends after the body (by Content-Length) were left out')
    return rest.subarray(0, Number(announced))
  }
  return rest
}

/** Joins the chunks of a body (RFC 9112, section 7.1); `undefined` if it is not chunked. */
function decodeChunked(bytes: Buffer): Buffer | undefined {
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf('\r\n', at, 'latin1')
    if (end < 0) return undefined
    const [, digits] = /^([0-9a-fA-F]{1,8})(?:;.*)?$/.exec(bytes.toString('latin1', at, end)) ?? []
    if (digits === undefined) return undefined
    const size = Number.parseInt(digits, 16)
    if (size === 0) return Buffer.concat(chunks)
    const start = end + 2
    if (bytes.toString('latin1', start + size, start + size + 2) !== '\r\n') return undefined
    chunks.push(bytes.subarray(start, start + size))
    at = start + size + 2
  }
  return undefined
}

/** HTTP clients of editors write the whole URL. */
function toPath(url: string): string {
  if (!URL.canParse(url)) return url
  const { pathname, search } = new URL(url)
  return pathname + search
}
