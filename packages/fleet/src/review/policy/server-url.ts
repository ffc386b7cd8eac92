import { domainToUnicode } from 'node:url'

/** What is wrong with a server's URL, whatever the policy says. */
export type ServerUrlFault = 'invalid' | 'ambiguous' | 'credentials'

/** A server's URL, and why it cannot be judged by its host. */
export interface JudgedUrl {
  readonly url?: URL
  readonly fault?: ServerUrlFault
}

const schemes = new Set(['https:', 'http:', 'wss:', 'ws:'])

/**
 * Reads a URL as every parser does, or not at all. The one that connects is another than ours: `https://good.example\@evil.example`
 * has the host `good.example` for WHATWG and `evil.example` for others; `https:/good.example` and `https://good%2eexample` have
 * none for some.
 */
export function readServerUrl(text: string): JudgedUrl {
  const url = URL.parse(text)
  if (!url || !schemes.has(url.protocol) || /^\.|\.\./.test(url.hostname)) return { fault: 'invalid' }
  if (url.username !== '' || url.password !== '') return { url, fault: 'credentials' }
  return isAmbiguous(text, url) ? { url, fault: 'ambiguous' } : { url }
}

function isAmbiguous(text: string, url: URL): boolean {
  if (/[\s\p{C}\\]/u.test(text)) return true
  const [, authority] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]+)/i.exec(text) ?? []
  if (authority === undefined) return true
  const host = authority.replace(/:\d*$/, '').toLowerCase()
  // Not so for escapes, an empty user name, numbers such as 0x7f.1, and names that one standard maps to others than another.
  return host !== url.hostname && host !== domainToUnicode(url.hostname)
}
