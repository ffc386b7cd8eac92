import { crc32 as zlibCrc32, deflateRawSync } from 'node:zlib'

/** The bytes of a text in UTF-8, or the bytes themselves. */
export function toBytes(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? new TextEncoder().encode(value) : value
}

export function concat(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  return concatAll(parts)
}

/** The same, for more parts than a call can have arguments. */
export function concatAll(parts: readonly (string | Uint8Array)[]): Uint8Array {
  const chunks = parts.map(toBytes)
  const joined = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0))
  let offset = 0
  for (const chunk of chunks) {
    joined.set(chunk, offset)
    offset += chunk.length
  }
  return joined
}

/** A number in `width` bytes, little-endian, truncated if too large. */
export function littleEndian(value: number | bigint, width: number): Uint8Array {
  const bytes = new Uint8Array(width)
  writeLittleEndian(bytes, 0, value, width)
  return bytes
}

export function writeLittleEndian(target: Uint8Array, offset: number, value: number | bigint, width: number): void {
  if (width <= 4) {
    const low = typeof value === 'bigint' ? Number(BigInt.asUintN(32, value)) : value
    for (let index = 0; index < width; index++) target[offset + index] = low >>> (8 * index)
    return
  }
  let rest = BigInt.asUintN(64, BigInt(value))
  for (let index = 0; index < width; index++) {
    target[offset + index] = Number(rest & 0xffn)
    rest >>= 8n
  }
}

export function crc32(bytes: Uint8Array): number {
  return zlibCrc32(bytes)
}

export function deflate(content: string | Uint8Array, level = 6): Uint8Array {
  return new Uint8Array(deflateRawSync(toBytes(content), { level }))
}

/** One record of an extra field; `announced` lies about its length. */
export function extraRecord(id: number, data: string | Uint8Array = '', announced?: number): Uint8Array {
  const bytes = toBytes(data)
  return concat(littleEndian(id, 2), littleEndian(announced ?? bytes.length, 2), bytes)
}

/** The ZIP64 record of an extra field, with these 64-bit values. */
export function zip64Extra(...values: readonly (number | bigint)[]): Uint8Array {
  return extraRecord(0x0001, concat(...values.map((value) => littleEndian(value, 8))))
}

/** The Unicode path record of an extra field: `path` in UTF-8, for a header whose name is `name`. */
export function unicodePathExtra(path: string | Uint8Array, name: string | Uint8Array, version = 1): Uint8Array {
  return extraRecord(0x7075, concat(littleEndian(version, 1), littleEndian(crc32(toBytes(name)), 4), path))
}

/** Bytes that deflate cannot compress, the same on every run. */
export function noise(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length)
  let state = seed | 0 || 1
  for (let index = 0; index < length; index++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    bytes[index] = state & 0xff
  }
  return bytes
}
