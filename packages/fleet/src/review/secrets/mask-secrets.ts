import { findSecrets } from './find-secrets.ts'

/** A text without its secrets. */
export interface MaskedText {
  readonly text: string
  /** How many were taken out. */
  readonly hidden: number
}

/**
 * Puts a visible mark in the place of everything that looks like a secret; line breaks stay. The mark says what was there and
 * how long it was, so that nothing else can hide behind it unnoticed.
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
