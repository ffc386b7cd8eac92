import type { SignedDelivery } from 'sallyport/testing'

/** Frame types and flags (RFC 9113, section 6). */
export const types = { data: 0, headers: 1, rstStream: 3, settings: 4, continuation: 9 } as const
export const endStream = 1
export const endHeaders = 4

/** What a client sends first: the preface, and settings that change nothing. */
export const opening = Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame(types.settings, 0, 0)])

/** One frame, valid or not. */
export function frame(type: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** A frame that cancels a stream. */
export function cancel(stream: number): Buffer {
  return frame(types.rstStream, 0, stream, Buffer.from([0, 0, 0, 8]))
}

type Pair = readonly [string, string]

/** The headers of a delivery, with pseudo headers first. */
export function toPairs({ plainHeaders }: SignedDelivery, path: string): Pair[] {
  const target: Pair[] = [
    [':method', 'POST'],
    [':scheme', 'http'],
    [':path', path],
    [':authority', 'a.example'],
  ]
  return [...target, ...Object.entries(plainHeaders).map(([name, value]): Pair => [name.toLowerCase(), value])]
}

/** A header block of literals, as they are (RFC 7541, section 6.2.2). */
export function toBlock(pairs: readonly Pair[]): Buffer {
  return Buffer.concat(pairs.flatMap(([name, value]) => [Buffer.from([0]), toString(name), toString(value)]))
}

function toString(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1')
  return Buffer.concat([Buffer.from(toLength(bytes.length)), bytes])
}

// RFC 7541, section 5.1, with a prefix of seven bits.
function toLength(length: number): number[] {
  if (length < 127) return [length]
  const bytes = [127]
  let rest = length - 127
  for (; rest > 127; rest >>= 7) bytes.push((rest & 127) | 128)
  return [...bytes, rest]
}
