import { clipMasked } from '../secrets/mask-secrets.ts'
import { looksRandom } from '../secrets/placeholder.ts'

const hidden = '[hidden]'
const longest = 300
// No server accepts a longer one, and splitting a megabyte takes long.
const longestRead = 8 * 1024

/** A server's URL for people, without possible keys in its query, path or user name. */
export function showServer(text: string): string {
  const url = URL.parse(text.slice(0, longestRead))
  if (!url || url.host === '') return clipMasked(text, longest)
  const user = url.username === '' && url.password === '' ? '' : `${hidden}@`
  const isBare = url.pathname === '/' && url.search + url.hash === '' && !text.endsWith('/')
  const path = isBare ? '' : url.pathname.split('/').map(hideRandom).join('/')
  const query = url.search.length > longest ? `?${hidden}` : showQuery(url.searchParams)
  const hash = url.hash === '' ? '' : `#${hidden}`
  return clipMasked(`${url.protocol}//${user}${url.host}${path}${query}${hash}`, longest)
}

function showQuery(parameters: URLSearchParams): string {
  const names = [...parameters.keys()].map((name) => `${hideRandom(encodeURIComponent(name))}=${hidden}`)
  return names.length > 0 ? `?${names.join('&')}` : ''
}

function hideRandom(part: string): string {
  return part.length >= 16 && looksRandom(part) ? hidden : part
}
