import { domainToUnicode } from 'node:url'

/** What is wrong with a server's URL under any policy. */
export type ServerUrlFault = 'invalid' | 'long' | 'ambiguous' | 'credentials'

/** A server's URL, and why its host cannot be checked. */
export interface JudgedUrl {
  readonly url?: URL | undefined
  readonly fault?: ServerUrlFault | undefined
}

// Servers accept no longer ones, and reading a megabyte takes long.
const longest = 8 * 1024
const schemes = new Set(['https:', 'http:', 'wss:', 'ws:'])

/** Reads a URL, as WHATWG says; `undefined` also for one that is longer than 8,192 characters. */
export function readUrl(text: string): URL | undefined {
  return text.length > longest ? undefined : (URL.parse(text) ?? undefined)
}

/**
 * Reads a URL that every parser reads alike, or rejects it. The parser that connects is not this one: for
 * `https://good.example\@evil.example` WHATWG parsers see the host `good.example`, others `evil.example`; some see no host in
 * `https:/good.example` and `https://good%2eexample`.
 */
export function readServerUrl(text: string): JudgedUrl {
  if (text.length > longest) return { fault: 'long' }
  const url = readUrl(text)
  if (!url || !schemes.has(url.protocol) || /^\.|\.\./.test(url.hostname)) return { fault: 'invalid' }
  if (url.username !== '' || url.password !== '') return { url, fault: 'credentials' }
  return isAmbiguous(text, url) ? { url, fault: 'ambiguous' } : { url }
}

function isAmbiguous(text: string, url: URL): boolean {
  if (/[\s\p{C}\\]/u.test(text)) return true
  const [, authority] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]+)/i.exec(text) ?? []
  if (authority === undefined) return true
  const host = authority.replace(/:\d*$/, '').toLowerCase()
  // Rejects escapes, an empty user name, numbers such as 0x7f.1, and names that standards map differently.
  return host !== url.hostname && host !== domainToUnicode(url.hostname)
}
