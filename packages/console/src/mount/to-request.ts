import type { IncomingMessage } from 'node:http'
import { mostRequestBytes } from '../read-json.ts'

/** What a framework knows better than the request itself. */
export interface HostFacts {
  /** Path and query before routing. */
  readonly url: string
  /** Host that the visitor used, as far as proxies are trusted. */
  readonly host: string | undefined
  readonly protocol: string
  /** The body as an earlier parser left it. */
  readonly parsedBody?: unknown
}

// No browser names it as its origin.
const noHost = 'host.invalid'
// No route has it.
const noPath = '/%00'

/** Makes a web-standard request from a request of Node's. Reads at most so much of its body as the console takes. */
export async function toRequest(incoming: IncomingMessage, facts: HostFacts): Promise<Request> {
  const origin = `${facts.protocol === 'https' ? 'https' : 'http'}://${toHost(facts.host)}`
  const url = origin + toPath(facts.url)
  const { method = 'GET' } = incoming
  const body = method === 'POST' ? await readBody(incoming, facts.parsedBody) : undefined
  return new Request(url, { method: toMethod(method), headers: toHeaders(incoming), ...(body && { body }) })
}

// A user before the host, or a path after it, would be another address.
function toHost(host: string | undefined): string {
  return host !== undefined && /^[\w.:[\]-]+$/.test(host) && URL.canParse(`http://${host}`) ? host : noHost
}

// `fetch` knows none of these; no route does.
function toMethod(method: string): string {
  return /^(?:CONNECT|TRACE|TRACK)$/i.test(method) ? 'OPTIONS' : method
}

// `URL` would resolve dots and backslashes, so the console would answer another path than a router and its guards saw.
const resolved = /\/(?:\.|%2e){1,2}(?:\/|$)|[\\\t\r\n]/i

// A request to a proxy names the whole address.
function toPath(url: string): string {
  const target = url.replace(/^https?:\/\/[^/?#\\]*/i, '')
  const [path = ''] = target.split(/[?#]/, 1)
  const isPath = path.startsWith('/') && !resolved.test(path) && URL.canParse(`http://${noHost}${target}`)
  return isPath ? target : noPath
}

function toHeaders({ rawHeaders, headers: joined }: IncomingMessage): Headers {
  const headers = new Headers()
  const pairs: (readonly [string, unknown])[] =
    rawHeaders.length > 0
      ? Array.from({ length: rawHeaders.length >> 1 }, (_, at) => [rawHeaders[2 * at]!, rawHeaders[2 * at + 1]])
      : Object.entries(joined)
  for (const [name, value] of pairs) {
    try {
      headers.append(name, String(value))
    } catch {
      // A pseudo header of HTTP/2, or one that only a lenient parser takes.
    }
  }
  return headers
}

async function readBody(incoming: IncomingMessage, parsed: unknown): Promise<Uint8Array<ArrayBuffer>> {
  if (parsed instanceof Uint8Array) return Buffer.from(parsed)
  if (incoming.readableDidRead || incoming.readableEnded) return Buffer.from(toText(parsed))
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk as Uint8Array)
    length += (chunk as Uint8Array).byteLength
    // Enough to see that it is too large.
    if (length > mostRequestBytes) break
  }
  return Buffer.concat(chunks)
}

// A parser has read the body; what it made of JSON is written as JSON again. Deeper than the stack is no request of a page.
function toText(parsed: unknown): string {
  if (typeof parsed === 'string') return parsed
  try {
    return JSON.stringify(parsed) ?? ''
  } catch {
    return ''
  }
}
