import { clip } from 'sallyport/provider'
import { maskSecrets } from '../secrets/mask-secrets.ts'
import { looksRandom } from '../secrets/placeholder.ts'

const hidden = '[hidden]'
const longest = 300

/** A server's URL for people, without possible keys in its query, path or user name. */
export function showServer(text: string): string {
  const url = URL.parse(text)
  if (!url || url.host === '') return clip(maskSecrets(text).text, longest)
  const user = url.username === '' && url.password === '' ? '' : `${hidden}@`
  const isBare = url.pathname === '/' && url.search + url.hash === '' && !text.endsWith('/')
  const path = isBare ? '' : url.pathname.split('/').map(hideRandom).join('/')
  const query = url.search.length > longest ? `?${hidden}` : showQuery(url.searchParams)
  const hash = url.hash === '' ? '' : `#${hidden}`
  return clip(maskSecrets(`${url.protocol}//${user}${url.host}${path}${query}${hash}`).text, longest)
}

function showQuery(parameters: URLSearchParams): string {
  const names = [...parameters.keys()].map((name) => `${hideRandom(encodeURIComponent(name))}=${hidden}`)
  return names.length > 0 ? `?${names.join('&')}` : ''
}

function hideRandom(part: string): string {
  return part.length >= 16 && looksRandom(part) ? hidden : part
}
