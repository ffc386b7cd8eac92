import { randomBytes } from 'node:crypto'

/** 24 hexadecimal digits, as Invoratec names its documents. */
export function createDocumentId(): string {
  return randomBytes(12).toString('hex')
}

/** A name with what it names in front, as `wk_3f…`. */
export function createId(prefix: string): string {
  return `${prefix}_${randomBytes(8).toString('hex')}`
}

/** A signing secret as Sonzai makes them. */
export function createSigningSecret(): string {
  return `whsec_${randomBytes(32).toString('hex')}`
}
