import { isCredentialName } from '../receive/credential-names.ts'
import { redactedHeader, type InboxEvent } from '../receive/inbox.ts'

/**
 * Removes credentials from what is stored with the body: headers that prove the sender or are named like a credential, and,
 * in the URL and in every address a header repeats, user info and parameters named like one.
 *
 * @param names further names of headers and URL parameters
 */
export function redactCredentials(event: InboxEvent, names: readonly string[] = []): InboxEvent {
  const secret = new Set(event.secretHeaders.map((name) => name.toLowerCase()))
  // A sender may send more signatures than are checked, and a proxy adds its own credentials.
  const isSecret = (name: string): boolean => secret.has(name.toLowerCase()) || isCredentialName(name, 'header', names)
  return {
    ...event,
    url: redactAddresses(event.url, names),
    headers: event.headers.map(([name, value]) => [
      name,
      isSecret(name) ? redactedHeader : redactAddresses(value, names),
    ]),
  }
}

/** Removes credentials from every address in a text. */
// Only the values are replaced: a URL that is parsed and serialized again may differ. A proxy repeats the URL in headers.
export function redactAddresses(text: string, names: readonly string[]): string {
  return text
    .replaceAll(/:\/\/[^/?#\s<>"]*@/g, `://${redactedHeader}@`)
    .replaceAll(/([?&;#]([^=?&;#\s]*)=)[^&;#\s<>"]*/g, (parameter, head: string, name: string) =>
      isCredentialName(toPlain(name), 'parameter', names) ? head + redactedHeader : parameter,
    )
}

function toPlain(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
