import { isUtf8 } from 'node:buffer'

/** The text of a file, or the encoding it has instead of UTF-8. */
export type DecodedText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly encoding: string }

const marks: readonly (readonly [mark: readonly number[], encoding: string])[] = [
  // Before UTF-16, whose mark begins the same.
  [[0xff, 0xfe, 0, 0], 'UTF-32'],
  [[0, 0, 0xfe, 0xff], 'UTF-32'],
  [[0xff, 0xfe], 'UTF-16'],
  [[0xfe, 0xff], 'UTF-16'],
]

/**
 * Decodes text that a person wrote, such as a secret in a file: UTF-8, without its byte order mark. Any other encoding is named
 * instead of decoded wrongly; PowerShell and Windows editors write UTF-16.
 *
 * @example
 * const read = decodeText(await readFile('secret.txt'))
 * if (!read.ok) throw new Error(`secret.txt is ${read.encoding}; save it as UTF-8`)
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  const marked = marks.find(([mark]) => mark.every((byte, index) => bytes[index] === byte))
  if (marked) return { ok: false, encoding: marked[1] }
  if (isUnmarkedUtf16(bytes)) return { ok: false, encoding: 'UTF-16' }
  if (!isUtf8(bytes)) return { ok: false, encoding: 'not UTF-8 (Latin-1, or another code page)' }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return { ok: true, text: text.startsWith('\ufeff') ? text.slice(1) : text }
}

// Every second byte of the first two ASCII characters is NUL, which is valid UTF-8 but no text.
function isUnmarkedUtf16(bytes: Uint8Array): boolean {
  const [first, second, third, fourth] = bytes
  return (second === 0 && fourth === 0 && first !== 0) || (first === 0 && third === 0 && second !== 0)
}
