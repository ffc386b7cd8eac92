/** Joins the chunks of a body (RFC 9112, section 7.1); `undefined` when it is not written in chunks. */
export function decodeChunked(bytes: Buffer): Buffer | undefined {
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf('\r\n', at, 'latin1')
    if (end < 0) return undefined
    const [, digits] = /^([0-9a-fA-F]{1,8})(?:;.*)?$/.exec(bytes.toString('latin1', at, end)) ?? []
    if (digits === undefined) return undefined
    const size = Number.parseInt(digits, 16)
    if (size === 0) return Buffer.concat(chunks)
    const start = end + 2
    if (bytes.toString('latin1', start + size, start + size + 2) !== '\r\n') return undefined
    chunks.push(bytes.subarray(start, start + size))
    at = start + size + 2
  }
  return undefined
}
