/** What the bytes of a body are, for the page. */
export type BodyText =
  | { readonly kind: 'json' | 'form' | 'text'; readonly text: string }
  | { readonly kind: 'binary' }
  | { readonly kind: 'empty' }

/** Decides how to show a body: by its content type, and by what is in it. */
export function readBody(bytes: Uint8Array, contentType: string | undefined, isCut = false): BodyText {
  if (bytes.length === 0) return { kind: 'empty' }
  const text = decode(bytes, isCut)
  if (text === undefined) return { kind: 'binary' }
  const type = (contentType ?? '').split(';')[0]!.trim().toLowerCase()
  if (type === 'application/x-www-form-urlencoded') return { kind: 'form', text }
  const isJson = /[/+]json$/.test(type) || /^\s*[[{]/.test(text)
  return { kind: isJson ? 'json' : 'text', text }
}

/** The text of UTF-8 without NUL; `undefined` for anything else. A cut may end within a character. */
function decode(bytes: Uint8Array, isCut: boolean): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isCut })
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}

/** Names and values of a form, in their order; names may repeat. */
export const readForm = (text: string): readonly (readonly [name: string, value: string])[] => [
  ...new URLSearchParams(text),
]

/** A line of 16 bytes: `00000010  7b 22 69 …  {"i…`. */
export function toHexLine(bytes: Uint8Array, line: number): string {
  const part = [...bytes.subarray(line * 16, line * 16 + 16)]
  const hex = part.map((byte) => byte.toString(16).padStart(2, '0'))
  const columns = `${hex.slice(0, 8).join(' ').padEnd(23)}  ${hex.slice(8).join(' ').padEnd(23)}`
  const text = part.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
  return `${(line * 16).toString(16).padStart(8, '0')}  ${columns}  ${text}`
}
