import { decodeStrict, type TextEncoding } from '../encoding.ts'

/** How a sender writes its secret. */
export interface KeyFormat {
  /** How the text after the prefix becomes bytes. @default 'utf8' */
  readonly encoding?: TextEncoding
  /** Prefix that is not part of the key; a secret without it is used whole. @default '' */
  readonly strip?: string
  /** Whether a secret without the prefix is refused. @default false */
  readonly prefixRequired?: boolean
  /** Texts that are no secret, for senders whose prefix is part of the key. */
  readonly reject?: readonly string[]
}

/** The bytes of a secret, or `undefined` when it is empty, only a prefix, or not in the sender's form. */
export function toKeyBytes(secret: string, format: KeyFormat): Buffer | undefined {
  const { encoding = 'utf8', strip = '', prefixRequired = false, reject = [] } = format
  if (reject.includes(secret)) return undefined
  const hasPrefix = strip !== '' && secret.startsWith(strip)
  if (prefixRequired && !hasPrefix) return undefined
  return decodeStrict(hasPrefix ? secret.slice(strip.length) : secret, encoding, 'optional')
}
