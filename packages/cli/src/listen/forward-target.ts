import { urlToHttpOptions } from 'node:url'
import { httpUrl } from '../options.ts'

/** Parses `--forward-to`; `localhost:3000/hooks` is enough. */
export function forwardUrl(text: string): URL {
  return httpUrl(/^[\w.-]+(?::\d+)?(?:[/?]|$)/.test(text) ? `http://${text}` : text)
}

/** Where a request of the app goes to. */
export interface Target {
  readonly protocol: string
  readonly hostname: string
  readonly port: number | string | undefined
  readonly path: string
}

/**
 * The target of a request. A URL with a path gets every delivery there, as with `stripe listen`; without a path the sender's is
 * kept. The sender's query is kept either way.
 *
 * @param url the request target, exactly as it arrived
 */
export function toTarget(base: URL, url: string): Target {
  const { protocol, hostname, port } = urlToHttpOptions(base)
  return {
    protocol: protocol ?? 'http:',
    hostname: hostname ?? 'localhost',
    port: port ?? undefined,
    path: toPath(base, url),
  }
}

function toPath({ pathname, search }: URL, url: string): string {
  // RFC 9112, section 3.2.2: a sender may write the whole URL.
  const rest = url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '')
  const own = rest.startsWith('/') || url === '*' ? rest : `/${rest}`
  if (pathname === '/' && search === '') return own
  const at = own.indexOf('?')
  const query = at < 0 ? '' : own.slice(at + 1)
  if (query === '') return pathname + search
  return `${pathname}${search === '' ? '?' : `${search}&`}${query}`
}

const loopback = ['localhost', '127.0.0.1', '[::1]']

/** Whether a URL is this receiver itself, which would forward to itself for ever. */
export function isSelf(url: URL, host: string, port: number): boolean {
  const isHere = url.hostname === host || loopback.includes(url.hostname)
  return url.protocol === 'http:' && Number(url.port || 80) === port && isHere
}
