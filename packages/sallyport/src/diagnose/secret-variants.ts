import { decodeStrict, type TextEncoding } from '../verify/encoding.ts'
import type { DiagnosisCause } from './causes.ts'

/** Another text that may have been meant by the secret. */
export interface SecretVariant {
  readonly cause: DiagnosisCause
  /** What is different about the given one; never a part of it. */
  readonly detail: string
  readonly secret: string
}

/** Another run of bytes that may be the key of a secret. */
export interface KeyVariant {
  readonly cause: DiagnosisCause
  readonly detail: string
  readonly key: Buffer
}

const prefixes = ['whsec_', 'whsk_', 'whpk_', 'Bearer ', 'sha256=', 'v1,'] as const

/** Texts that may have been meant by the configured secret, to be read by the sender's rules. */
export function* secretVariants(given: string): Generator<SecretVariant> {
  const plain = given.trim()
  if (plain !== given) {
    yield { cause: 'SECRET_WHITESPACE', detail: 'white space is around it', secret: plain }
  }
  const quoted = /^(["'`])(.*)\1$/s.exec(plain)?.[2]
  if (quoted !== undefined) yield { cause: 'SECRET_WHITESPACE', detail: 'it has quotes around it', secret: quoted }
  yield { cause: 'SECRET_WHITESPACE', detail: 'the secret of the sender ends with a line end', secret: `${given}\n` }
  for (const prefix of prefixes) {
    if (plain.startsWith(prefix)) {
      const rest = plain.slice(prefix.length)
      yield { cause: 'SECRET_PREFIX', detail: `the sender's has no prefix "${prefix}"`, secret: rest }
    } else {
      yield { cause: 'SECRET_PREFIX', detail: `the sender's begins with "${prefix}"`, secret: prefix + plain }
    }
  }
  yield* reencodings(plain)
}

function* reencodings(plain: string): Generator<SecretVariant> {
  const cause = 'SECRET_ENCODING'
  for (const encoding of ['base64', 'base64url', 'hex'] as const) {
    const bytes = decodeStrict(plain, encoding, 'optional')
    if (bytes) yield { cause, detail: `it was written as ${encoding}`, secret: bytes.toString('utf8') }
    yield {
      cause,
      detail: `the sender takes its text as it is, or it was decoded from ${encoding}`,
      secret: Buffer.from(plain, 'utf8').toString(encoding),
    }
  }
  // What a shell or a URL makes of "+" and "%".
  if (plain.includes(' ')) yield { cause, detail: '"+" became a space', secret: plain.replaceAll(' ', '+') }
  if (/%[0-9a-fA-F]{2}/.test(plain)) yield { cause, detail: 'it is percent-encoded', secret: tryDecode(plain) }
}

function tryDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const readings: readonly TextEncoding[] = ['utf8', 'base64', 'base64url', 'hex']

/** Keys that a sender with other rules may make of the secret: another encoding of its text, with or without its prefix. */
export function* keyVariants(given: string): Generator<KeyVariant> {
  const seen = new Set<string>()
  const texts: [text: string, cause: DiagnosisCause, detail: string][] = [[given, 'SECRET_ENCODING', '']]
  const plain = given.trim()
  for (const prefix of prefixes) {
    if (plain.startsWith(prefix))
      texts.push([plain.slice(prefix.length), 'SECRET_ENCODING', ` without its prefix "${prefix}"`])
  }
  for (const [text, cause, how] of texts) {
    for (const reading of readings) {
      const key = decodeStrict(text, reading, 'optional')
      if (key === undefined || seen.has(key.toString('hex'))) continue
      seen.add(key.toString('hex'))
      const name = reading === 'utf8' ? 'as text' : `as ${reading}`
      yield { cause, detail: `the sender reads it ${name}${how}, unlike this provider`, key }
    }
  }
}
