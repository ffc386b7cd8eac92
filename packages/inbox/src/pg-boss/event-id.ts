import { createHash } from 'node:crypto'

/**
 * The job id of an event key: a UUID of version 8 out of its SHA-256 (RFC 9562, 5.8), so that pg-boss's primary key is the
 * dedupe. Keys are hashed as JSON: text with half a surrogate pair has no UTF-8 of its own.
 */
export function toEventId(key: string): string {
  const hash = createHash('sha256').update(JSON.stringify(key)).digest()
  hash[6] = (hash[6]! & 0x0f) | 0x80
  hash[8] = (hash[8]! & 0x3f) | 0x80
  const hex = hash.toString('hex', 0, 16)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
