import { PlatformError } from '../platform-error.ts'

const loopback = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/**
 * Returns the base address of a platform's API, without a trailing slash.
 *
 * @param basePath is added unless the address already ends in it
 * @throws PlatformError `PLATFORM_OPTION_INVALID` unless it is https, or http on a loopback address
 */
export function toBaseAddress(baseUrl: string, basePath: string): string {
  const url = URL.parse(baseUrl)
  if (url === null) throw invalid('baseUrl is not a URL')
  const isPrivate = url.protocol === 'https:' || (url.protocol === 'http:' && loopback.test(url.hostname))
  if (!isPrivate) throw invalid('baseUrl must be https, or http on a loopback address: every call carries the API key')
  if (url.username !== '' || url.password !== '') throw invalid('baseUrl must not contain credentials')
  if (url.search !== '' || url.hash !== '') throw invalid('baseUrl must not contain a query or a fragment')
  const path = url.pathname.replace(/\/+$/, '')
  return url.origin + (path.endsWith(basePath) ? path : path + basePath)
}

/**
 * Joins and encodes path segments.
 *
 * @throws PlatformError `PLATFORM_OPTION_INVALID` for an empty segment, `.` or `..`
 */
export function toPath(parts: readonly string[]): string {
  return parts.map((part) => `/${toPathPart(part)}`).join('')
}

function toPathPart(part: unknown): string {
  if (typeof part !== 'string' || part === '') throw invalid('an id or event type must be a non-empty string')
  if (part === '.' || part === '..') throw invalid('an id or event type must not be "." or ".."')
  // A lone surrogate has no encoding.
  if (!part.isWellFormed()) throw invalid('an id or event type must be well-formed Unicode')
  return encodeURIComponent(part)
}

/** Builds a query string from the values that are set. */
export function toQuery(query: Readonly<Record<string, string | number | undefined>> = {}): string {
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value))
  return given.size === 0 ? '' : `?${given.toString()}`
}

function invalid(detail: string): PlatformError {
  return new PlatformError('PLATFORM_OPTION_INVALID', { detail })
}
