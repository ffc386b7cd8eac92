import { createHash } from 'node:crypto'
import type { JsonObject } from '../verify/decode.ts'
import { readExact } from '../verify/exact-json.ts'

/**
 * A digest of a signed body, for a sender that names no event but writes into the body when it happened: a retry has the same
 * digest, although its signed time of sending is another. Every digit of a long number counts.
 *
 * @param body what `identify` got
 * @param without a member that a retry changes, wherever it is. @default none
 */
export function digestOf(body: JsonObject, without?: string): string {
  const text = JSON.stringify(readExact(body), (name, value: unknown) => (name === without ? undefined : value))
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}
