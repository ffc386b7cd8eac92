import { randomBytes } from 'node:crypto'

/** Creates an id of 24 hexadecimal digits, as Invoratec uses. */
export function createDocumentId(): string {
  return randomBytes(12).toString('hex')
}

/** Creates an id with a prefix, such as `wk_3f…`. */
export function createId(prefix: string): string {
  return `${prefix}_${randomBytes(8).toString('hex')}`
}

/** Creates a signing secret in Sonzai's format. */
export function createSigningSecret(): string {
  return `whsec_${randomBytes(32).toString('hex')}`
}
