import { createHash, timingSafeEqual } from 'node:crypto'
import { allow } from '../../options/allow.ts'
import { checkOptions, type OptionRules } from '../../options/check-options.ts'
import { freezeCopy } from '../../options/freeze-copy.ts'
import { failProvider } from '../check-provider.ts'
import { noTimestamp } from '../freshness.ts'
import { isRefusal, type Refusal } from '../verdict.ts'
import {
  inBasic,
  inHeader,
  inQuery,
  type BasicCredential,
  type CredentialPlace,
  type HeaderCredential,
  type QueryCredential,
} from './credential.ts'
import type { Claim, Scheme } from './scheme.ts'

/** Options of `sharedSecret`: a header, a URL parameter, or HTTP Basic. */
export type SharedSecretOptions = HeaderCredential | QueryCredential | BasicCredential

const rules: OptionRules<{ [Name in keyof SharedSecretOptions]: unknown }> = {
  header: allow.filled,
  bearer: allow.oneOf('required', 'optional', 'never'),
  query: allow.filled,
  basic: { allowed: 'true', accepts: (value) => value === true },
}

interface Credential extends Claim {
  readonly digest: Buffer
}

/**
 * A secret sent verbatim: in a header, in a URL parameter, or by HTTP Basic (RFC 7617), where it is `user:password`. It proves
 * the sender, not the body: nothing is signed, so a delivery has no proven age and no dedupe key. Checked before the body is
 * read. Prefer a header: proxies write URLs into their logs.
 *
 * @throws SallyportError `PROVIDER_INVALID` unless exactly one of `header`, `query` and `basic` is given
 * @example
 * sharedSecret({ header: 'authorization', bearer: 'required' })
 * sharedSecret({ query: 'token' })
 * sharedSecret({ basic: true })
 */
export function sharedSecret(given: SharedSecretOptions): Scheme {
  checkOptions('sharedSecret', given, rules, failProvider)
  const options = freezeCopy(given)
  const place = toPlace(options)
  const { header, parameter, comparison } = place
  const freshness = freezeCopy(noTimestamp('a shared secret signs nothing'))

  const scheme: Scheme = {
    kind: 'shared-secret',
    needsBody: false,
    coversBody: false,
    freshness,
    secretHeaders: freezeCopy(place.secretHeaders),
    carriesProof: place.carriesProof,
    definition: () => ({ kind: 'shared-secret', options }),
    describe: () => ({
      kind: 'shared-secret',
      header,
      ...(parameter === undefined ? {} : { parameter }),
      algorithm: comparison,
      signed: [],
      freshness: `not checked: ${freshness.reason}`,
    }),
    signedHeader: () => undefined,

    prepareKey(secret) {
      const text = place.expect(secret)
      return text === undefined ? undefined : toDigest(text)
    },

    inspect(head): Credential | Refusal {
      const text = place.read(head)
      return typeof text === 'object' && isRefusal(text) ? text : { digest: toDigest(text) }
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

function toPlace(options: SharedSecretOptions): CredentialPlace {
  const { header, bearer, query, basic } = options
  if ([header, query, basic].filter((place) => place !== undefined).length !== 1)
    failProvider("sharedSecret: say where the secret is: { header: 'x-token' }, { query: 'token' } or { basic: true }")
  if (bearer !== undefined && header === undefined) failProvider('sharedSecret: bearer is for a header; remove it')
  if (options.query !== undefined) return inQuery(options)
  return options.basic === undefined ? inHeader(options) : inBasic()
}

// Digests have equal lengths, so the comparison does not show the length of the secret.
function toDigest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest()
}
