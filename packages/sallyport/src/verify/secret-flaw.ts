import type { SecretEntry } from './secrets.ts'

const flaws: readonly (readonly [RegExp, string])[] = [
  [/^\ufeff/, 'begins with a byte order mark; save it as UTF-8 without one'],
  [/\0/, 'contains NUL characters, as of UTF-16; save it as UTF-8'],
  [/\ufffd/, 'contains replacement characters (U+FFFD); save it as UTF-8'],
  [/[\r\n]$/, 'has a trailing newline; remove it (echo adds one)'],
  [/^\s/, 'begins with white space; remove it'],
  [/\s$/, 'ends with white space; remove it'],
  [/^(["'`])[^]*\1$|^“[^]*”$|^‘[^]*’$/, 'has quotes around it; remove them'],
]

/**
 * Says what stands around or inside a secret that cannot be part of it: white space, quotes, a byte order mark, or traces of
 * another encoding. `undefined` for a secret without any. The answer never repeats the secret.
 *
 * @param secret a secret, an API key, or the value of an `Authorization` header
 * @example
 * findSecretFlaw('whsec_abc\n') // 'has a trailing newline; remove it (echo adds one)'
 */
export function findSecretFlaw(secret: string): string | undefined {
  // A file with a key in PEM ends with a line end (RFC 7468).
  const text = secret.startsWith('-----BEGIN ') ? secret.trimEnd() : secret
  return flaws.find(([pattern]) => pattern.test(text))?.[1]
}

/** The flaw of the first secret that has one, as a message that names the secret by its place. */
export function describeFlaws(
  entries: readonly (string | SecretEntry | undefined)[],
  provider: string,
): string | undefined {
  for (const [index, entry] of entries.entries()) {
    const { id, secret } = typeof entry === 'object' ? entry : { id: undefined, secret: entry }
    const flaw = typeof secret === 'string' ? findSecretFlaw(secret) : undefined
    if (flaw === undefined) continue
    const name = id ?? (entries.length > 1 ? `secret-${index + 1}` : undefined)
    return `secret${name === undefined ? '' : ` "${name}"`} for ${provider} ${flaw}`
  }
  return undefined
}
