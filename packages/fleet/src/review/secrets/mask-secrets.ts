import { clip, clipVisible } from 'sallyport/provider'
import type { Slicer } from '../../zip/slicer.ts'
import { findSecrets } from './find-secrets.ts'
import type { FoundSecret } from './secret-rules.ts'

/** A text without its secrets. */
export interface MaskedText {
  readonly text: string
  /** Number of secrets replaced. */
  readonly hidden: number
}

/**
 * Replaces everything that looks like a secret with a visible mark; line breaks stay. The mark says what was there and how long
 * it was, so that nothing else can hide behind it.
 */
export function maskSecrets(text: string): MaskedText {
  const secrets = findSecrets(text)
  return { text: hide(text, secrets, text.length), hidden: secrets.length }
}

const step = 16 * 1024
// Longer than every secret but a token. A piece does not end within one.
const overlap = 20 * 1024
const ofToken = /[\w+/=.-]*/y
// Rules look at the characters before a secret.
const context = 16

/** As `maskSecrets`, piece by piece, in slices of time. */
export async function maskInSlices(text: string, slicer: Slicer): Promise<MaskedText> {
  const secrets: FoundSecret[] = []
  for (let start = 0; start < text.length; start += step) {
    const from = Math.max(0, start - context)
    ofToken.lastIndex = Math.min(text.length, start + step + overlap)
    ofToken.test(text)
    for (const secret of findSecrets(text.slice(from, ofToken.lastIndex))) {
      const at = from + secret.start
      const isNew = at >= start && at < start + step && at >= (secrets.at(-1)?.end ?? 0)
      if (isNew) secrets.push({ ...secret, start: at, end: from + secret.end })
    }
    if (slicer.isLate()) await slicer.pause()
  }
  return { text: hide(text, secrets, text.length), hidden: secrets.length }
}

function hide(text: string, secrets: readonly FoundSecret[], length: number): string {
  if (secrets.length === 0) return text.slice(0, length)
  const parts: string[] = []
  let position = 0
  for (const { kind, start, end } of secrets) {
    const lineBreaks = text.slice(start, end).match(/\r?\n/g)?.join('') ?? ''
    parts.push(text.slice(position, start), `[hidden: ${kind}, ${end - start} characters]`, lineBreaks)
    position = end
  }
  parts.push(text.slice(position, length))
  return parts.join('')
}

// Every shape of a secret shows within so many characters.
const reach = 2 * 1024

/** The beginning of a long text, with the secrets that begin in it hidden, in the time that takes; and how much is left out. */
function maskStart(text: string, most: number): { readonly text: string; readonly missing: number } {
  if (text.length <= most + reach) return { text: maskSecrets(text).text, missing: 0 }
  const secrets = findSecrets(text.slice(0, most + reach)).filter(({ start }) => start < most)
  const length = Math.max(most, secrets.at(-1)?.end ?? 0)
  return { text: hide(text, secrets, length), missing: text.length - length }
}

/** A text without secrets, cut to `most` characters. Cut last: half a key has no known shape. */
export function clipMasked(text: string, most: number): string {
  const { text: masked, missing } = maskStart(text, most)
  return clip(masked, most, missing)
}

/** A value from a bundle, fit to be shown: without secrets, every character visible, bounded. */
export function present(value: string, most = 400): string {
  const { text, missing } = maskStart(value, most)
  return clipVisible(text, most, missing)
}
