import { isIPv6 } from 'node:net'

const marker = /^(?:bearer|token|access[-_]?token|refresh[-_]?token|api[-_]?key|key|secret|cookie|oauth)$/iu
const secret = /bearer|token|key|secret|cookie|oauth|sk-[a-z0-9]{20,}|gh[opu]_[a-z0-9]{20,}|lsv2_pt_[a-z0-9]+/iu

/**
 * The URL of a server as the Fleet import of deepagents writes it (`_sanitize_server_url` of 2026-07-06): without user, query
 * and hash, and with path segments replaced that look like a key. `undefined` if Python's `urlsplit` throws.
 */
export function toTalonUrl(raw: string): string | undefined {
  const text = raw.replace(/^[\0-\x20]+/, '').replaceAll(/[\t\r\n]/g, '')
  const [, scheme = '', rest = text] = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/s.exec(text) ?? []
  const [, authority, tail = ''] = /^\/\/([^/?#]*)(.*)$/s.exec(rest) ?? [undefined, undefined, rest]
  const host = authority === undefined ? '' : readAuthority(authority)
  if (host === undefined) return undefined
  const path = hideSegments(/^[^?#]*/.exec(tail)![0])
  const prefix = scheme === '' ? '' : `${scheme.toLowerCase()}:`
  return host === '' && !/^https?$/i.test(scheme) ? prefix + path : `${prefix}//${host}${path}`
}

function readAuthority(authority: string): string | undefined {
  if (authority.includes('[') !== authority.includes(']') || hidesDelimiter(authority)) return undefined
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  const [, name = '', port = ''] = /^(\[[^\]]*\]|[^:]*):?(.*)$/s.exec(host) ?? []
  if (name.startsWith('[') && !isIPv6(name.slice(1, -1).split('%', 1)[0]!)) return undefined
  if (port !== '' && !(/^\d+$/.test(port) && Number(port) <= 65_535)) return undefined
  return name.toLowerCase() + (port === '' ? '' : `:${Number(port)}`)
}

// Python rejects a host in which normalisation would make a character that ends it.
function hidesDelimiter(authority: string): boolean {
  const bare = authority.replaceAll(/[@:#?]/g, '')
  const normal = bare.normalize('NFKC')
  return bare !== normal && /[/?#@:]/.test(normal)
}

function hideSegments(path: string): string {
  let isAfterMarker = false
  const parts = path.split('/').filter((part) => part !== '')
  return parts
    .map((part) => {
      const isMarker = marker.test(part)
      const isHidden = isAfterMarker || isMarker || secret.test(part)
      isAfterMarker = isMarker
      return `/${isHidden ? '<secret-redacted>' : part}`
    })
    .join('')
}
