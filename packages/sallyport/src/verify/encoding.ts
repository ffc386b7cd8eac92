import { allow } from '../options/allow.ts'
import type { OptionRules } from '../options/check-options.ts'

/** How bytes are written as text. */
export type TextEncoding = 'utf8' | 'hex' | 'base64' | 'base64url'

const hexForm = /^(?:[0-9a-fA-F]{2})+$/

/**
 * Decodes text strictly: `undefined` for an empty text, foreign characters, wrong padding or leftover bits. Node's own
 * decoder skips junk and stops at the first `=`, so two texts could give the same bytes.
 *
 * @param padding whether base64 must be padded; `'optional'` accepts both forms
 */
export function decodeStrict(
  text: string,
  encoding: TextEncoding,
  padding: 'required' | 'optional' = 'required',
): Buffer | undefined {
  if (text === '') return undefined
  if (encoding === 'utf8') return Buffer.from(text, 'utf8')
  if (encoding === 'hex') return hexForm.test(text) ? Buffer.from(text, 'hex') : undefined
  const bytes = Buffer.from(text, encoding)
  // Text that encodes back to itself has no foreign characters, no leftover bits and the right padding.
  const written = bytes.toString(encoding)
  if (text === written) return bytes
  if (encoding === 'base64') return padding === 'optional' && text === written.replace(/=+$/, '') ? bytes : undefined
  return text === written.padEnd(Math.ceil(written.length / 4) * 4, '=') ? bytes : undefined
}

/** How a sender writes its secret. */
export interface KeyFormat {
  /** How the text after the prefix becomes bytes. @default 'utf8' */
  readonly encoding?: TextEncoding | undefined
  /** Prefix to remove, or several; the first that fits counts. A secret without one is used whole. @default none */
  readonly strip?: string | readonly string[] | undefined
  /** Whether a secret without the prefix is refused. @default false */
  readonly prefixRequired?: boolean | undefined
  /** Texts that are not a secret, for senders whose prefix is part of the key. */
  readonly reject?: readonly string[] | undefined
}

const texts = allow.listOf(allow.text, 'strings')

/** What each member of a key format may be. */
export const keyRules: OptionRules<KeyFormat> = {
  encoding: allow.oneOf('utf8', 'hex', 'base64', 'base64url'),
  strip: allow.either(allow.text, texts),
  prefixRequired: allow.flag,
  reject: texts,
}

/** The bytes of a secret, or `undefined` when it is empty, only a prefix, or not in the sender's format. */
export function toKeyBytes(secret: string, format: KeyFormat): Buffer | undefined {
  const { encoding = 'utf8', strip = [], prefixRequired = false, reject = [] } = format
  if (reject.includes(secret)) return undefined
  const prefixes = typeof strip === 'string' ? [strip] : strip
  const prefix = prefixes.find((text) => text !== '' && secret.startsWith(text))
  if (prefixRequired && prefix === undefined) return undefined
  return decodeStrict(secret.slice(prefix?.length ?? 0), encoding, 'optional')
}
