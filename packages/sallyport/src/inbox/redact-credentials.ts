import { redactedHeader, type InboxEvent } from '../receive/inbox.ts'

// Beside the headers that the receiver checks, those that carry a credential by the sound of their name: a sender may send
// more signatures than are checked, and a proxy adds credentials of its own.
const telling =
  /authorization|(?:^|[-_])auth(?:$|[-_])|cookie|signature|(?:^|[-_])sig$|secret|token|password|passphrase|credential|jwt|session|(?:api|access|private|functions)[-_]?key/

/**
 * Takes credentials out of what is kept beside the body: authorization, signatures, whatever the sender proves itself by, and
 * parameters of the address that are named like one.
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

// As written, but for the values taken out: a path that was parsed and put together again may be another.
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
