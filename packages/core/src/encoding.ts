/** How bytes are written as text. */
export type TextEncoding = 'utf8' | 'hex' | 'base64' | 'base64url'

const forms = {
  hex: /^(?:[0-9a-fA-F]{2})+$/,
  base64: /^[A-Za-z0-9+/]+={0,2}$/,
  base64url: /^[A-Za-z0-9_-]+={0,2}$/,
} as const

/**
 * Decodes text strictly: `undefined` for an empty text, foreign characters, wrong padding or leftover bits. Node's own
 * decoder skips junk and stops at the first `=`, which would give two texts the same bytes.
 *
 * @param padding whether base64 must be padded; `'optional'` accepts both forms
 */
export function decodeStrict(
  text: string,
  encoding: TextEncoding,
  padding: 'required' | 'optional' = 'required',
): Buffer | undefined {
  if (encoding === 'utf8') return text === '' ? undefined : Buffer.from(text, 'utf8')
  if (!forms[encoding].test(text)) return undefined
  const bytes = Buffer.from(text, encoding)
  if (encoding === 'hex') return bytes
  const unpadded = text.replace(/=+$/, '')
  const canonical = bytes.toString(encoding).replace(/=+$/, '')
  if (unpadded !== canonical) return undefined
  const padded = text.length % 4 === 0
  const bare = unpadded.length === text.length
  const mayBeBare = padding === 'optional' || encoding === 'base64url'
  return padded || (bare && mayBeBare) ? bytes : undefined
}
