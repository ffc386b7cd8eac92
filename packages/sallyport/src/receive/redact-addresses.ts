import { isCredentialName } from './credential-names.ts'
import { redactedHeader } from './inbox.ts'

/**
 * Removes credentials from every address in a text: user info, and parameters named like a credential.
 *
 * @param names further names of parameters
 * @example
 * redactAddresses('/hooks?shop=7&token=words') // '/hooks?shop=7&token=[redacted]'
 */
// Only the values are replaced: a URL that is parsed and serialized again may differ. A proxy repeats the URL in headers.
export function redactAddresses(text: string, names: readonly string[] = []): string {
  // Most texts have neither character, and to look for one is much faster than to look for a pattern.
  const withoutUser = text.includes('@') ? text.replaceAll(/:\/\/[^/?#\s<>"]*@/g, `://${redactedHeader}@`) : text
  if (!withoutUser.includes('=')) return withoutUser
  return withoutUser.replaceAll(/([?&;#]([^=?&;#\s]*)=)[^&#\s<>"]*/g, (parameter, head: string, name: string) =>
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

/** The URL parameters in a list of secret headers, where they are written `?name`. */
export function secretParameters(secretHeaders: readonly string[]): string[] {
  return secretHeaders.flatMap((name) => (name.startsWith('?') ? [name.slice(1)] : []))
}
