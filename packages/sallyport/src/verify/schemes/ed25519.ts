import { createPublicKey, verify, type KeyObject } from 'node:crypto'
import { allow } from '../../options/allow.ts'
import { checkOptions, type OptionRules } from '../../options/check-options.ts'
import { freezeCopy } from '../../options/freeze-copy.ts'
import { failProvider } from '../check-provider.ts'
import { keyRules, toKeyBytes, type KeyFormat } from '../encoding.ts'
import { messageBytes, messagePieces } from './message.ts'
import type { Scheme } from './scheme.ts'
import { createSignedClaimReader, signedRules, type SignedClaim, type SignedOptions } from './signed-claim.ts'

/** Options of `ed25519`. */
export interface Ed25519Options extends SignedOptions {
  /** How the sender writes its 32-byte public key. */
  readonly key: KeyFormat
}

const rules: OptionRules<Ed25519Options> = { ...signedRules, key: allow.required(allow.record) }

/**
 * Ed25519 signatures (RFC 8032) over a message made of byte parts. The receiver's `secret` is the sender's public key.
 *
 * @throws SallyportError `PROVIDER_INVALID` when the signed message leaves out the body or the timestamp it relies on, or
 * does not show where its parts end
 * @example
 * ed25519({ header: 'x-signature-ed25519', encoding: 'hex', key: { encoding: 'hex' },
 *   signed: [parts.header('x-signature-timestamp'), parts.body], freshness: fromHeader('x-signature-timestamp', 'seconds') })
 */
export function ed25519(given: Ed25519Options): Scheme {
  checkOptions('ed25519', given, rules, failProvider)
  const options = freezeCopy(given)
  checkOptions('ed25519, key', options.key, keyRules, failProvider)
  const reader = createSignedClaimReader(options, 64)

  const scheme: Scheme = {
    kind: 'ed25519',
    needsBody: true,
    freshness: options.freshness,
    secretHeaders: reader.secretHeaders,
    carriesProof: reader.carriesProof,
    definition: () => ({ kind: 'ed25519', options }),
    describe: () => reader.describe('ed25519', 'Ed25519'),
    signedHeader: reader.signedHeader,
    inspect: reader.inspect,

    prepareKey(secret) {
      const bytes = toKeyBytes(secret, options.key)
      return bytes?.length === 32 ? toPublicKey(bytes) : undefined
    },

    verify(claim: SignedClaim, delivery, keys: readonly KeyObject[]) {
      if (!reader.isUnambiguous(delivery)) return undefined
      const message = messageBytes(claim.texts, delivery.body)
      const keyIndex = keys.findIndex((key) =>
        claim.signatures.some((signature) => verify(null, message, key, signature)),
      )
      return keyIndex < 0 ? undefined : { keyIndex, scheme: this, claim }
    },

    signedBytes: (claim: SignedClaim, delivery) => messagePieces(claim.texts, delivery.body),
  }
  return Object.freeze(scheme)
}

function toPublicKey(bytes: Buffer): KeyObject | undefined {
  try {
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') }, format: 'jwk' })
  } catch {
    return undefined
  }
}
