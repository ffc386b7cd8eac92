import type { SecretSource } from '../verify/secrets.ts'
import { redactedHeader } from './inbox.ts'

// A shorter one is found in ordinary words.
const shortest = 8

/**
 * Makes what replaces a receiver's secrets in a text, such as the error of a handler that printed its configuration. Secrets
 * of a function are not known before a delivery, and stay.
 */
export function createSecretRedaction(source: SecretSource = []): (text: string) => string {
  const secrets = typeof source === 'function' ? [] : [source].flat().flatMap(toTexts)
  // As it is written in a URL, or by HTTP Basic.
  const forms = secrets.flatMap((text) => [text, encodeURIComponent(text.toWellFormed()), toBase64(text)])
  // The longest first: one may begin another.
  const texts = [...new Set(forms)].toSorted((one, other) => other.length - one.length)
  return (text) => texts.reduce((rest, secret) => rest.replaceAll(secret, redactedHeader), text)
}

const toBase64 = (text: string): string => Buffer.from(text).toString('base64')

/** A secret, and what follows its prefix: `whsec_` is cut off before it becomes a key, and the user before a password. */
function toTexts(entry: string | { readonly secret: string }): string[] {
  const secret = typeof entry === 'string' ? entry : entry.secret
  return [secret, secret.replace(/^[a-z]+_(?:[a-z]+_)?/, ''), secret.replace(/^[^:]*:/, '')].filter(
    ({ length }) => length >= shortest,
  )
}
