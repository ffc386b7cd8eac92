import { createHash, timingSafeEqual } from 'node:crypto'
import { allow } from '../../options/allow.ts'
import { checkOptions, type OptionRules } from '../../options/check-options.ts'
import { freezeCopy } from '../../options/freeze-copy.ts'
import { failProvider } from '../check-provider.ts'
import { noTimestamp } from '../freshness.ts'
import { readSecurityHeader } from '../header-list.ts'
import { refuse, type Refusal } from '../verdict.ts'
import type { Claim, Scheme } from './scheme.ts'

/** Options of `sharedSecret`. */
export interface SharedSecretOptions {
  /** Header that carries the secret. */
  readonly header: string
  /** Whether `Bearer ` precedes the secret (RFC 6750). @default 'optional' */
  readonly bearer?: 'required' | 'optional' | 'never' | undefined
}

const rules: OptionRules<SharedSecretOptions> = {
  header: allow.required(allow.filled),
  bearer: allow.oneOf('required', 'optional', 'never'),
}

interface Credential extends Claim {
  readonly digest: Buffer
}

/**
 * A secret sent verbatim in a header. It proves the sender, not the body: nothing is signed, so a delivery has no proven age
 * and no dedupe key. Checked before the body is read.
 *
 * @example
 * sharedSecret({ header: 'authorization', bearer: 'required' })
 */
export function sharedSecret(given: SharedSecretOptions): Scheme {
  checkOptions('sharedSecret', given, rules, failProvider)
  const options = freezeCopy(given)
  const { header, bearer = 'optional' } = options
  const headerName = header.toLowerCase()
  const freshness = freezeCopy(noTimestamp('a shared secret signs nothing'))

  const scheme: Scheme = {
    kind: 'shared-secret',
    needsBody: false,
    freshness,
    secretHeaders: freezeCopy([headerName]),
    definition: () => ({ kind: 'shared-secret', options }),
    describe: () => ({
      kind: 'shared-secret',
      header: headerName,
      algorithm: `constant-time comparison, Bearer ${bearer}`,
      signed: [],
      freshness: `not checked: ${freshness.reason}`,
    }),
    signedHeader: () => undefined,

    prepareKey(secret) {
      const text = toToken(secret, bearer === 'required' ? 'optional' : bearer)
      return text !== undefined && /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text) ? toDigest(text) : undefined
    },

    inspect(head): Credential | Refusal {
      const value = readSecurityHeader(head.headers, headerName, 'CREDENTIAL_MISSING')
      if (typeof value === 'object') return value
      const token = toToken(value, bearer)
      return token === undefined ? refuse('CREDENTIAL_MISMATCH') : { digest: toDigest(token) }
    },

    verify(claim: Credential, _delivery, keys: readonly Buffer[]) {
      let matching = -1
      for (const [index, key] of keys.entries())
        if (timingSafeEqual(key, claim.digest) && matching < 0) matching = index
      return matching < 0 ? undefined : { keyIndex: matching, scheme: this, claim }
    },

    signedBytes: () => undefined,
  }
  return Object.freeze(scheme)
}

function toToken(value: string, bearer: 'required' | 'optional' | 'never'): string | undefined {
  if (bearer === 'never') return value
  const match = /^bearer +(.+)$/i.exec(value)
  if (match) return match[1]
  return bearer === 'required' ? undefined : value
}

// Digests have equal lengths, so the comparison does not show the length of the secret.
function toDigest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest()
}
