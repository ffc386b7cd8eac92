import { createHash } from 'node:crypto'

/**
 * Atlassian's query string hash: SHA-256 in hex of the canonical request, `METHOD&path&query` with sorted and encoded
 * parameters. https://developer.atlassian.com/cloud/bitbucket/query-string-hash, read 2026-11-29.
 *
 * @param url path and query as received
 */
export function hashQuery(method: string, url: string): string {
  return createHash('sha256').update(toCanonicalRequest(method, url)).digest('hex')
}

/** The request as Atlassian hashes it; the parameter `jwt` is left out. */
export function toCanonicalRequest(method: string, url: string): string {
  const end = url.indexOf('?')
  const path = end < 0 ? url : url.slice(0, end)
  const values = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(end < 0 ? '' : url.slice(end + 1))) {
    if (name === 'jwt') continue
    const list = values.get(name)
    if (list === undefined) values.set(name, [value])
    else list.push(value)
  }
  const query = [...values]
    .map(([name, list]) => [encode(name), list.toSorted().map(encode).join(',')] as const)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map((pair) => pair.join('='))
  return [method.toUpperCase(), toPath(path), query.join('&')].join('&')
}

function toPath(path: string): string {
  const plain = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
  return (plain === '' ? '/' : plain).replaceAll('&', '%26')
}

// RFC 3986: only its unreserved characters stay.
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
