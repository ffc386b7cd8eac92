/** A parsed host pattern. */
export interface HostPattern {
  /** Canonical: lower case, punycode, IP addresses as URLs write them, no trailing dot. */
  readonly host: string
  /** Whether it matches any subdomain, but not the host itself. */
  readonly subdomains: boolean
  /** Empty for the default port of the scheme, `*` for any. */
  readonly port: string
}

const form = /^(\*\.)?([^\s/\\?#@*%]+?)(?::(\d{1,5}|\*))?$/

/**
 * Reads `mcp.example.com`, `*.example.com`, `mcp.example.com:8443`, `example.com:*`, `[::1]:3000`.
 *
 * @returns `undefined` for anything else
 */
export function parseHostPattern(pattern: string): HostPattern | undefined {
  const [, wildcard, host, port = ''] = form.exec(pattern) ?? []
  if (host === undefined || Number(port || 1) > 65_535 || port === '0') return undefined
  const parsed = URL.parse(`https://${host}/`)
  if (!parsed || parsed.port !== '' || parsed.username !== '' || parsed.pathname !== '/') return undefined
  const canonical = withoutDot(parsed.hostname)
  const isAddress = canonical.startsWith('[') || /^[\d.]+$/.test(canonical)
  if (/^$|^\.|\.\./.test(canonical) || (wildcard !== undefined && isAddress)) return undefined
  return { host: canonical, subdomains: wildcard !== undefined, port: port === '*' ? port : port.replace(/^0+/, '') }
}

/** Whether the host and port of a URL match a pattern. */
export function matchesHost({ host, subdomains, port }: HostPattern, url: URL): boolean {
  const hostname = withoutDot(url.hostname)
  const hostMatches = subdomains ? hostname.endsWith(`.${host}`) : hostname === host
  if (!hostMatches) return false
  const actual = portOf(url)
  return actual !== undefined && (port === '*' || actual === (port || defaultPorts[url.protocol]))
}

const defaultPorts: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80', 'wss:': '443', 'ws:': '80' }

function portOf(url: URL): string | undefined {
  return url.port === '' ? defaultPorts[url.protocol] : url.port
}

// With one trailing dot it is the same host, written absolutely.
function withoutDot(hostname: string): string {
  return hostname.endsWith('.') ? hostname.slice(0, -1) : hostname
}

/**
 * Whether a text matches a pattern in which `*` means any number of characters. Case-sensitive. Takes at most the product of
 * both lengths in time, never exponential.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  const parts = pattern.split('*')
  const first = parts[0]!
  const last = parts.at(-1)!
  if (parts.length === 1) return text === pattern
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false
  let position = first.length
  const end = text.length - last.length
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, position)
    if (found < 0 || found + part.length > end) return false
    position = found + part.length
  }
  return true
}
