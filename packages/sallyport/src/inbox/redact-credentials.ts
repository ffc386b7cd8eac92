import { isCredentialName } from '../receive/credential-names.ts'
import { redactedHeader, type InboxEvent } from '../receive/inbox.ts'
import { redactAddresses, secretParameters } from '../receive/redact-addresses.ts'
import { readParameters } from '../verify/url-parameters.ts'

/**
 * Removes credentials from what is stored with the body: headers and URL parameters that prove the sender or are named like a
 * credential, and, in the URL and in every address a header repeats, user info and such parameters.
 *
 * @param names further names of headers and URL parameters
 */
export function redactCredentials(event: InboxEvent, names: readonly string[] = []): InboxEvent {
  const checkedHeaders = event.secretHeaders.map((name) => name.toLowerCase())
  const checked = secretParameters(event.secretHeaders)
  const parameters = [...names, ...checked]
  // A secret may have characters that end an address in a text.
  const secrets = checked.flatMap((name) => readParameters(event.url, name)).filter((value) => /["<>]/.test(value))
  const redact = (text: string): string =>
    redactAddresses(
      secrets.reduce((rest, value) => rest.replaceAll(`=${value}`, `=${redactedHeader}`), text),
      parameters,
    )
  // A sender may send more signatures than are checked, and a proxy adds its own credentials.
  const isSecret = (name: string): boolean =>
    checkedHeaders.includes(name.toLowerCase()) || isCredentialName(name, 'header', names)
  return {
    ...event,
    url: redact(event.url),
    headers: event.headers.map(([name, value]) => [name, isSecret(name) ? redactedHeader : redact(value)]),
  }
}
