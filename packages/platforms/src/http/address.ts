import { PlatformError } from '../platform-error.ts'

const loopback = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/**
 * The base address of a platform's API, without a slash at its end.
 *
 * @param basePath of the API; added unless the address ends in it already
 * @throws PlatformError `PLATFORM_OPTION_INVALID` unless it is https, or http on a loopback address
 */
export function toBaseAddress(baseUrl: string, basePath: string): string {
  const url = URL.parse(baseUrl)
  if (url === null) throw invalid('baseUrl is not a URL')
  const isPrivate = url.protocol === 'https:' || (url.protocol === 'http:' && loopback.test(url.hostname))
  if (!isPrivate)
    throw invalid('baseUrl must be https, or http on a loopback address: the API key travels with every call')
  if (url.username !== '' || url.password !== '') throw invalid('baseUrl must not hold credentials')
  if (url.search !== '' || url.hash !== '') throw invalid('baseUrl must not hold a query or a fragment')
  const path = url.pathname.replace(/\/+$/, '')
  return url.origin + (path.endsWith(basePath) ? path : path + basePath)
}

/**
 * A path of encoded parts.
 *
 * @throws PlatformError `PLATFORM_OPTION_INVALID` for a part that is empty, or that a URL parser would take for a step up
 */
export function toPath(parts: readonly string[]): string {
  return parts.map((part) => `/${toPathPart(part)}`).join('')
}

function toPathPart(part: unknown): string {
  if (typeof part !== 'string' || part === '') throw invalid('an id or an event type must be a text that is not empty')
  if (part === '.' || part === '..') throw invalid('an id or an event type must not be "." or ".."')
  // A lone surrogate has no encoding.
  if (!part.isWellFormed()) throw invalid('an id or an event type must be well-formed text')
  return encodeURIComponent(part)
}

/** A query string of what is given. */
export function toQuery(query: Readonly<Record<string, string | number | undefined>> = {}): string {
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value))
  return given.size === 0 ? '' : `?${given.toString()}`
}

function invalid(detail: string): PlatformError {
  return new PlatformError('PLATFORM_OPTION_INVALID', { detail })
}
