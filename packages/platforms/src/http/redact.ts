const longest = 300
const redacted = '[redacted]'

// What the platforms' credentials look like, whoever's they are: an answer may quote another's key, or one half of it.
const telling = /\b(?:whsec_|sk_|claw_)[^\s"'<>,;]*|\b(?:bearer|basic)\s+[^\s"'<>,;]+/gi
const controls = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu

/**
 * A text from outside, fit for an error message: bounded, on one line, without the credentials that were sent and without
 * what looks like one.
 *
 * @param secrets the credentials of the request
 */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text
  // The longest first: one credential may be part of another.
  for (const secret of secrets.filter((value) => value.length >= 4).toSorted((a, b) => b.length - a.length)) {
    for (const form of new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])) {
      clean = clean.replaceAll(form, redacted)
    }
  }
  clean = clean.replaceAll(telling, redacted).replaceAll(controls, ' ').trim()
  return clean.length > longest ? `${clean.slice(0, longest)}…` : clean
}
