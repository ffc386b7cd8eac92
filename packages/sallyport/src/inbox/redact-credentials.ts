import { redactedHeader, type InboxEvent } from '../receive/inbox.ts'

// Besides the headers that the receiver checks: any header whose name looks like a credential. A sender may send more
// signatures than are checked, and a proxy adds its own credentials.
const telling =
  /authorization|(?:^|[-_])auth(?:$|[-_])|cookie|signature|(?:^|[-_])sig$|secret|token|password|passphrase|credential|jwt|session|(?:api|access|private|functions)[-_]?key/

/**
 * Removes credentials from what is stored with the body: authorization, signatures, every header that proves the sender, and
 * URL parameters named like a credential.
 */
export function redactCredentials(event: InboxEvent): InboxEvent {
  const secret = new Set(event.secretHeaders.map((name) => name.toLowerCase()))
  const isSecret = (name: string): boolean => secret.has(name) || telling.test(name)
  return {
    ...event,
    url: redactParameters(event.url),
    headers: event.headers.map(([name, value]) =>
      isSecret(name.toLowerCase()) ? [name, redactedHeader] : [name, value],
    ),
  }
}

// Only the values are replaced: a URL that is parsed and serialized again may differ.
function redactParameters(url: string): string {
  const start = url.indexOf('?')
  if (start === -1) return url
  const query = url
    .slice(start)
    .replace(/([?&;]([^=&;]*)=)[^&;]*/g, (parameter, head: string, name: string) =>
      telling.test(toPlain(name).toLowerCase()) ? `${head}${redactedHeader}` : parameter,
    )
  return url.slice(0, start) + query
}

function toPlain(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
