import { CliError } from '../cli-error.ts'
import { decodeChunked } from './decode-chunked.ts'

/** A request as it was captured. */
export interface CapturedRequest {
  readonly method: string
  readonly url: string
  /** Names and values in the order of the file. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array
  /** When it arrived, where the file says so; milliseconds since 1970. */
  readonly receivedAt?: number
  /** What was noticed while reading. */
  readonly notes: readonly string[]
}

const requestLine = /^([A-Z]+) (\S+)(?: HTTP\/\d(?:\.\d)?)?$/
const header = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):(.*)$/

/**
 * Reads a request out of a file: request line, headers, an empty line, then the exact body up to the end of the file. Lines
 * of the head may end in LF or CRLF; comments (`#`, `//`) may stand before the request line, as editors write them, and
 * `# received-at: <time>` says when it arrived.
 *
 * @throws CliError `REQUEST_INVALID`, naming the line
 */
export function parseHttpFile(bytes: Buffer): CapturedRequest {
  const notes: string[] = []
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
  return {
    method,
    url: toPath(url),
    headers,
    body,
    ...(receivedAt === undefined ? undefined : { receivedAt }),
    notes,
  }
}

// Not by an expression that looks for blanks before the end: it begins anew at each of them.
function trimBlanks(value: string): string {
  let end = value.length
  while (end > 0 && (value[end - 1] === ' ' || value[end - 1] === '\t')) end--
  return value.slice(0, end).replace(/^[ \t]+/, '')
}

function isComment(line: string): boolean {
  return line === '' || line.startsWith('#') || line.startsWith('//')
}

function invalid(index: number, wanted: string): never {
  // The line itself may hold a signature.
  throw new CliError('no', 'REQUEST_INVALID', `line ${index + 1} of the request is not ${wanted}`, {
    fix: 'Write the request as it went over the wire: request line, headers, an empty line, the exact body.',
  })
}

/** The lines up to the empty one that ends the headers, and where the body begins. */
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
  // HTTP ends the body there; an editor ended the file.
  if (/^\d{1,15}$/.test(announced) && /^(?:\r?\n)+$/.test(extra.toString('latin1'))) {
    notes.push('line ends behind the announced body were left out')
    return rest.subarray(0, Number(announced))
  }
  return rest
}

/** Clients of editors write the whole address. */
function toPath(url: string): string {
  if (!URL.canParse(url)) return url
  const { pathname, search } = new URL(url)
  return pathname + search
}
