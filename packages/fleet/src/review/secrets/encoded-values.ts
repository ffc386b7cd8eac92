import { rewrite } from './rewritten.ts'

/** A value of a text, decoded. */
export interface DecodedValue {
  readonly form: 'base64' | 'hexadecimal'
  /** The decoded bytes, one character each. */
  readonly text: string
  /** The offset of the digits from which the character at `index` was decoded. */
  origin(index: number): number
}

// The shortest key with a shape of its own has 15 characters.
const value = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{20,}/g
const segment = /[A-Za-z0-9+_-]{20,}/g
const lines = /(?<![A-Za-z0-9+/_-])(?:[A-Za-z0-9+/_-]{24,}\r?\n[ \t]*)+[A-Za-z0-9+/_-]+/g
const digits = /(?<![0-9A-Fa-f])[0-9A-Fa-f]{30,}/g

/**
 * Decodes every whole value of a text that can be base64, base64url or hexadecimal: each run of such characters, each part of
 * it between slashes, and runs in lines one below the other. A run at the very beginning may be the rest of a longer one, so it
 * is decoded from each place where a group of digits can begin.
 */
export function* decodeValues(text: string): Generator<DecodedValue, void> {
  for (const { 0: run, index } of text.matchAll(value)) {
    yield* decodeBase64(run, index)
    if (!run.includes('/')) continue
    for (const part of run.matchAll(segment)) if (part[0] !== run) yield* decodeBase64(part[0], index + part.index)
  }
  for (const { 0: block, index } of text.matchAll(lines)) {
    const joined = rewrite(block, /\r?\n[ \t]*/g, () => '')!
    for (const decoded of decodeBase64(joined.text, index))
      yield { ...decoded, origin: (at) => index + joined.origin(decoded.origin(at) - index) }
  }
  for (const { 0: run, index } of text.matchAll(digits)) {
    for (const skipped of startsOf(index, 2)) {
      const decoded = Buffer.from(run.slice(skipped), 'hex').toString('latin1')
      yield { form: 'hexadecimal', text: decoded, origin: (at) => index + skipped + at * 2 }
    }
  }
}

function* decodeBase64(run: string, index: number): Generator<DecodedValue, void> {
  for (const skipped of startsOf(index, 4)) {
    const decoded = Buffer.from(run.slice(skipped), 'base64').toString('latin1')
    yield { form: 'base64', text: decoded, origin: (at) => index + skipped + Math.floor((at * 4) / 3) }
  }
}

function startsOf(index: number, group: number): readonly number[] {
  return index > 0 ? [0] : Array.from({ length: group }, (_, skipped) => skipped)
}
