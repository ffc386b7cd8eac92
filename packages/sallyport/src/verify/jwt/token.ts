import { decodeJson, type JsonObject } from '../decode.ts'
import { decodeStrict } from '../encoding.ts'
import { isUtf8 } from 'node:buffer'

/** A token that is well formed; nothing in it is proven. */
export interface Token {
  /** The whole token. */
  readonly text: string
  /** What its signature covers. */
  readonly signedText: string
  readonly algorithm: string
  readonly keyId: string | undefined
  readonly claims: JsonObject
}

const tokenForm = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/
const longestKeyId = 256
const printable = /^[\x21-\x7e]+$/

/**
 * Reads a token in compact form (RFC 7515, section 7.1). Three parts in base64url without padding or leftover bits; header and
 * claims are JSON objects. A header with `crit` is refused, and one with another `typ` than `JWT`: such tokens are for others.
 */
export function readToken(text: string): Token | undefined {
  if (!tokenForm.test(text)) return undefined
  const [first, second, third] = text.split('.') as [string, string, string]
  const header = readObject(first)
  const claims = readObject(second)
  if (header === undefined || claims === undefined || decodeUnpadded(third) === undefined) return undefined
  const { alg, kid, typ, crit, b64 } = header
  if (typeof alg !== 'string' || crit !== undefined || b64 !== undefined) return undefined
  if (typ !== undefined && (typeof typ !== 'string' || typ.toUpperCase() !== 'JWT')) return undefined
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > longestKeyId || !printable.test(kid)))
    return undefined
  return { text, signedText: `${first}.${second}`, algorithm: alg, keyId: kid, claims }
}

function readObject(part: string): JsonObject | undefined {
  const bytes = decodeUnpadded(part)
  if (bytes === undefined || !isUtf8(bytes)) return undefined
  try {
    const value = decodeJson(bytes.toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
  } catch {
    return undefined
  }
}

function decodeUnpadded(part: string): Buffer | undefined {
  return part.endsWith('=') ? undefined : decodeStrict(part, 'base64url')
}
