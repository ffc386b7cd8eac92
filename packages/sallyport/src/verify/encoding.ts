/** How bytes are written as text. */
export type TextEncoding = 'utf8' | 'hex' | 'base64' | 'base64url'

const hexForm = /^(?:[0-9a-fA-F]{2})+$/

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
  if (text === '') return undefined
  if (encoding === 'utf8') return Buffer.from(text, 'utf8')
  if (encoding === 'hex') return hexForm.test(text) ? Buffer.from(text, 'hex') : undefined
  const bytes = Buffer.from(text, encoding)
  // What is written back the same holds no foreign character and no leftover bits, and is padded as it should be.
  const written = bytes.toString(encoding)
  if (text === written) return bytes
  if (encoding === 'base64') return padding === 'optional' && text === written.replace(/=+$/, '') ? bytes : undefined
  return text === written.padEnd(Math.ceil(written.length / 4) * 4, '=') ? bytes : undefined
}
