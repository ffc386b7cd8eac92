import { verify, type KeyObject } from 'node:crypto'
import { allow } from '../../options/allow.ts'
import { checkOptions, type OptionRules } from '../../options/check-options.ts'
import { freezeCopy } from '../../options/freeze-copy.ts'
import { failProvider } from '../check-provider.ts'
import { messageBytes, messagePieces } from './message.ts'
import { readPublicKey, type PublicKeyAlgorithm } from './read-public-key.ts'
import type { Scheme } from './scheme.ts'
import { createSignedClaimReader, signedRules, type SignedClaim, type SignedOptions } from './signed-claim.ts'

/** Options of `publicKey`. */
export interface PublicKeyOptions extends SignedOptions {
  /**
   * `ecdsa-sha256`: ECDSA on P-256. `ecdsa-sha384`: ECDSA on P-384. `rsa-sha256`: RSASSA-PKCS1-v1_5 (RFC 8017) with a key of
   * 2,048 bits at least.
   */
  readonly algorithm: PublicKeyAlgorithm
  /** How an ECDSA signature is written: as an ASN.1 sequence, or as two numbers of fixed length (IEEE P1363). @default 'der' */
  readonly format?: 'der' | 'p1363' | undefined
}

const rules: OptionRules<PublicKeyOptions> = {
  ...signedRules,
  algorithm: allow.required(allow.oneOf('ecdsa-sha256', 'ecdsa-sha384', 'rsa-sha256')),
  format: allow.oneOf('der', 'p1363'),
}

/** Bytes of a signature: the least and the most. */
const lengths = {
  'ecdsa-sha256': { der: [8, 72], p1363: [64, 64] },
  'ecdsa-sha384': { der: [8, 104], p1363: [96, 96] },
  'rsa-sha256': { der: [256, 1024], p1363: [256, 1024] },
} as const

const names = {
  'ecdsa-sha256': 'ECDSA P-256 SHA-256',
  'ecdsa-sha384': 'ECDSA P-384 SHA-384',
  'rsa-sha256': 'RSA SHA-256',
}

/**
 * Signatures by a private key that only the sender has, over a message made of byte parts: ECDSA or RSA. The receiver's
 * `secret` is the sender's public key: PEM, base64 of its SPKI form, or a JWK as JSON. A private key is refused.
 *
 * An ECDSA signature can be changed into another valid one by anybody. No harm: the dedupe key is made of the signed bytes.
 *
 * @throws SallyportError `PROVIDER_INVALID` when the signed message leaves out the body or the timestamp it relies on, or
 * does not show where its parts end
 * @example
 * publicKey({ algorithm: 'ecdsa-sha256', header: 'x-signature', encoding: 'base64',
 *   signed: [parts.header('x-timestamp'), parts.body], freshness: fromHeader('x-timestamp', 'seconds') })
 */
export function publicKey(given: PublicKeyOptions): Scheme {
  checkOptions('publicKey', given, rules, failProvider)
  const options = freezeCopy(given)
  const { algorithm, format = 'der' } = options
  if (algorithm === 'rsa-sha256' && options.format !== undefined)
    failProvider('publicKey: format is for ECDSA; remove it, an RSA signature has only one')
  const [least, most] = lengths[algorithm][format]
  const reader = createSignedClaimReader(options, least, most)
  const hash = algorithm === 'ecdsa-sha384' ? 'sha384' : 'sha256'
  const toVerify = format === 'p1363' ? toDer : (signature: Buffer) => signature

  const scheme: Scheme = {
    kind: 'public-key',
    needsBody: true,
    freshness: options.freshness,
    secretHeaders: reader.secretHeaders,
    carriesProof: reader.carriesProof,
    definition: () => ({ kind: 'public-key', options }),
    describe: () => {
      const name = algorithm === 'rsa-sha256' ? names[algorithm] : `${names[algorithm]}, ${format}`
      return reader.describe('public-key', name)
    },
    signedHeader: reader.signedHeader,
    inspect: reader.inspect,

    prepareKey: (secret) => readPublicKey(secret, algorithm),

    verify(claim: SignedClaim, delivery, keys: readonly KeyObject[]) {
      if (!reader.isUnambiguous(delivery)) return undefined
      const message = messageBytes(claim.texts, delivery.body)
      const keyIndex = keys.findIndex((key) =>
        claim.signatures.some((signature) => verify(hash, message, key, toVerify(signature))),
      )
      return keyIndex < 0 ? undefined : { keyIndex, scheme: this, claim }
    },

    signedBytes: (claim: SignedClaim, delivery) => messagePieces(claim.texts, delivery.body),
  }
  return Object.freeze(scheme)
}

/** Two numbers of fixed length as an ASN.1 sequence: Cloudflare Workers verify no other form with a key that is ready. */
function toDer(signature: Buffer): Buffer {
  const half = signature.length / 2
  const numbers = [signature.subarray(0, half), signature.subarray(half)].map((bytes) => {
    const first = bytes.findIndex((byte) => byte !== 0)
    const digits = bytes.subarray(first < 0 ? half - 1 : first)
    // A number that begins with its highest bit would be negative.
    const number = digits[0]! > 0x7f ? Buffer.concat([Buffer.of(0), digits]) : digits
    return Buffer.concat([Buffer.of(0x02, number.length), number])
  })
  const content = Buffer.concat(numbers)
  return Buffer.concat([Buffer.of(0x30, content.length), content])
}
