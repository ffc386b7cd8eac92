import { hash } from 'node:crypto'

/**
 * The job id of an event key: a UUID of version 8 out of its SHA-256 (RFC 9562, 5.8), so that pg-boss's primary key is the
 * dedupe. Keys are hashed as JSON: text with half a surrogate pair has no UTF-8 of its own.
 */
export function toEventId(key: string): string {
  const digest = hash('sha256', JSON.stringify(key), 'buffer')
  digest[6] = (digest[6]! & 0x0f) | 0x80
  digest[8] = (digest[8]! & 0x3f) | 0x80
  const hex = digest.toString('hex', 0, 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
