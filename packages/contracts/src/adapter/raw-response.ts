import { toHeaderList, type HeaderList } from 'sallyport/provider'

/** A response as it arrived on the wire. */
export interface RawResponse {
  readonly status: number
  readonly headers: HeaderList
  readonly body: Buffer
  /** Status line and headers, as text. */
  readonly head: string
}

/** A complete response, and the bytes after it. */
interface Cut {
  readonly response: RawResponse
  readonly rest: Buffer
}

/**
 * Cuts the first complete response off received bytes; `undefined` while it is incomplete.
 *
 * @param toHead whether the request was a HEAD; its answer has no body, even with a `Content-Length`
 * @param isOver whether no more bytes will arrive
 */
export function cutResponse(bytes: Buffer, toHead: boolean, isOver: boolean): Cut | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = bytes.toString('latin1', 0, end)
  const [statusLine, ...lines] = head.split('\r\n')
  const headers = toHeaderList(lines.map((line) => splitHeader(line)))
  const status = Number(statusLine!.split(' ')[1])
  const rest = bytes.subarray(end + 4)
  const content = endsWithConnection(headers) ? cutAtEnd(rest, isOver) : cutBody(rest, status, headers, toHead)
  return content && { response: { status, headers, head, body: content.body }, rest: content.rest }
}

function splitHeader(line: string): [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon), line.slice(colon + 1).trim()]
}

// RFC 9112, section 6.3: as servers refuse what they cannot parse.
function endsWithConnection(headers: HeaderList): boolean {
  return headers.get('connection') === 'close' && !headers.has('content-length') && !headers.has('transfer-encoding')
}

function cutAtEnd(bytes: Buffer, isOver: boolean): { body: Buffer; rest: Buffer } | undefined {
  return isOver ? { body: bytes, rest: Buffer.alloc(0) } : undefined
}

function cutBody(
  bytes: Buffer,
  status: number,
  headers: HeaderList,
  toHead: boolean,
): { body: Buffer; rest: Buffer } | undefined {
  if (toHead || status < 200 || status === 204 || status === 304) return { body: Buffer.alloc(0), rest: bytes }
  if (headers.get('transfer-encoding') === 'chunked') return cutChunks(bytes)
  const length = Number(headers.get('content-length') ?? Number.NaN)
  if (Number.isNaN(length)) throw new Error(`a response of status ${status} does not say where it ends`)
  return bytes.length < length ? undefined : { body: bytes.subarray(0, length), rest: bytes.subarray(length) }
}

function cutChunks(bytes: Buffer): { body: Buffer; rest: Buffer } | undefined {
  const chunks: Buffer[] = []
  for (let at = 0; ;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const length = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    const next = lineEnd + 2 + length + 2
    if (bytes.length < next) return undefined
    if (length === 0) return { body: Buffer.concat(chunks), rest: bytes.subarray(next) }
    chunks.push(bytes.subarray(lineEnd + 2, next - 2))
    at = next
  }
}
