import { invalidValue } from '../error.ts'

// Headers that belong to the request itself.
const reserved = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

const mostHeaders = 20
const longestValue = 4096

/**
 * Checks the custom headers of a webhook.
 *
 * @throws SandboxError `VALUE_INVALID`; the message shows no value
 */
export function checkHeaders(headers: unknown): Record<string, string> {
  if (headers === undefined || headers === null) return {}
  if (typeof headers !== 'object' || Array.isArray(headers))
    throw invalidValue('headers', 'must be an object of strings')
  const entries = Object.entries(headers)
  if (entries.length > mostHeaders) throw invalidValue('headers', `must be at most ${mostHeaders}`)
  const names = new Set<string>()
  for (const [name, value] of entries) {
    const lower = name.toLowerCase()
    if (!/^[!#$%&'*+.^`|~\w-]{1,100}$/.test(name)) throw invalidValue('headers', 'contain an invalid header name')
    if (reserved.has(lower)) throw invalidValue(`headers.${name}`, 'is set by the platform')
    if (names.has(lower)) throw invalidValue(`headers.${name}`, 'occurs twice')
    names.add(lower)
    const isText =
      typeof value === 'string' &&
      value.length <= longestValue &&
      /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)
    if (!isText) throw invalidValue(`headers.${name}`, 'must be printable ASCII')
  }
  return Object.fromEntries(entries) as Record<string, string>
}
