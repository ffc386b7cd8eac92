import { clipVisible } from 'sallyport/provider'
import { findSecrets } from './find-secrets.ts'

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
  if (secrets.length === 0) return { text, hidden: 0 }
  const parts: string[] = []
  let position = 0
  for (const { kind, start, end } of secrets) {
    const lineBreaks = text.slice(start, end).match(/\r?\n/g)?.join('') ?? ''
    parts.push(text.slice(position, start), `[hidden: ${kind}, ${end - start} characters]`, lineBreaks)
    position = end
  }
  parts.push(text.slice(position))
  return { text: parts.join(''), hidden: secrets.length }
}

/** A value from a bundle, fit to be shown: without secrets, every character visible, bounded. Clipped last: half a key has no known shape. */
export function present(value: string, most = 400): string {
  return clipVisible(maskSecrets(value).text, most)
}
