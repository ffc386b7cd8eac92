import type { HeaderList } from './header-list.ts'
import { refuse, type Refusal } from './verdict.ts'

/** Longest accepted value of a header that takes part in authentication, in characters. */
export const maxSecurityHeaderLength = 4096

const printableAscii = /^[\x20-\x7e]*$/

/**
 * Reads a header that authentication depends on: present exactly once, of bounded length, printable ASCII.
 *
 * @param missing code to refuse with when the header is absent or empty
 */
export function readSecurityHeader(
  headers: HeaderList,
  name: string,
  missing: 'SIGNATURE_MISSING' | 'SIGNED_HEADER_MISSING' | 'CREDENTIAL_MISSING' | 'TIMESTAMP_MISSING',
): string | Refusal {
  const values = headers.getAll(name)
  if (values.length > 1) return refuse('HEADER_DUPLICATED')
  const value = values[0]
  if (value === undefined || value === '') return refuse(missing)
  if (value.length > maxSecurityHeaderLength || !printableAscii.test(value)) return refuse('HEADER_INVALID')
  return value
}
