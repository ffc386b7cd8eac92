const binaryWithin = 8 * 1024

/**
 * The text of a file as far as it matters for keys, which are ASCII: byte by byte, or as UTF-16 where a byte order mark says so.
 *
 * @returns nothing for a binary file
 */
export function toScannableText(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  if (bytes.subarray(0, binaryWithin).includes(0)) return undefined
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
