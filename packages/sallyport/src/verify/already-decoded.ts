import { isUtf8 } from 'node:buffer'

const jsonSpace: readonly number[] = [0x20, 0x09, 0x0a, 0x0d]
const openBrace = 0x7b

/**
 * Whether bytes that a host kept are content already, although `Content-Encoding` says that they are compressed: body parsers
 * undo the encoding and leave the header as it is. True for the text of a JSON object, which cannot be compressed data:
 *
 * - gzip starts with 1f 8b (RFC 1952, section 2.3.1).
 * - The low half of a zlib stream's first byte is 8 (RFC 1950, section 2.2); no JSON text starts so.
 * - A brotli stream that starts with `{` ends in that byte, and a byte order mark starts none (RFC 7932, section 9). One may
 *   start with white space and `{`, but then it is no UTF-8.
 *
 * A wrong answer lets nothing pass: the signature is checked over the bytes that are chosen.
 */
export function isAlreadyDecoded(body: Uint8Array): boolean {
  let at = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0
  while (at < body.length && jsonSpace.includes(body[at]!)) at++
  return body[at] === openBrace && isUtf8(body)
}
