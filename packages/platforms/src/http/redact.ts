import { clipVisible, isCredentialName } from 'sallyport/provider'

const longest = 300
const redacted = '[redacted]'

// What credentials of the platforms look like. An answer may quote another user's key, or half of one.
const telling = /\b(?:whsec_|sk_|claw_)[^\s"'<>,;]*|\b(?:bearer|basic)\s+[^\s"'<>,;]+/gi
// A value beside a name that says so: `?api_key=…` or `"signing_secret": "…"`.
const named = /(["?&;\s]|^)([\w.-]{1,100})(=|"\s{0,9}:\s{0,9}")([^\s"'<>,;&]+)/g

// Name and password in an address.
const userInfo = /:\/\/[^/?#\s<>"']*@/g

// A value is kept to be looked at, not to be sent again.
const deepest = 10
const mostMembers = 100

/** Makes a copy of a value from outside that is bounded and holds no credentials: see `redact`. Other types are kept. */
export function redactValue(value: unknown, secrets: readonly string[], depth = 0): unknown {
  if (typeof value === 'string') return redact(value, secrets)
  if (typeof value !== 'object' || value === null) return value
  if (depth === deepest) return undefined
  const inner = (member: unknown): unknown => redactValue(member, secrets, depth + 1)
  if (Array.isArray(value)) return value.slice(0, mostMembers).map(inner)
  const members = Object.entries(value).slice(0, mostMembers)
  return Object.fromEntries(members.map(([name, member]) => [redact(name, secrets), inner(member)]))
}

/**
 * Makes a text from outside safe for an error message: short, on one line, without the credentials of the request and
 * without anything that looks like one.
 *
 * @param secrets the credentials of the request
 */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text
  // Longest first: one credential may contain another.
  for (const secret of secrets.filter((value) => value.length >= 4).toSorted((a, b) => b.length - a.length)) {
    for (const form of new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])) {
      clean = clean.replaceAll(form, redacted)
    }
  }
  clean = clean
    .replaceAll(userInfo, `://${redacted}@`)
    .replaceAll(telling, redacted)
    .replaceAll(named, (found, before: string, name: string, sign: string) =>
      isCredentialName(name, 'parameter') ? before + name + sign + redacted : found,
    )
  return clipVisible(clean.replaceAll(/\s+/g, ' ').trim(), longest)
}
