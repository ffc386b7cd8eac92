import { randomBytes } from 'node:crypto'

/** A secret for a platform that lets the caller choose: 256 bits. */
export function createSecret(): string {
  return randomBytes(32).toString('base64url')
}
