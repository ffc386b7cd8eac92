import { createHash, createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto'
import { allow } from '../../options/allow.ts'
import { checkOptions, type OptionRules } from '../../options/check-options.ts'
import { freezeCopy } from '../../options/freeze-copy.ts'
import { failProvider } from '../check-provider.ts'
import { keyRules, toKeyBytes, type KeyFormat } from '../encoding.ts'
import { oneShotHash as hash } from '../one-shot-hash.ts'
import { messagePieces } from './message.ts'
import type { Scheme } from './scheme.ts'
import {
  createSignedClaimReader,
  signedRules,
  type NumberedHeaders,
  type SignedClaim,
  type SignedOptions,
} from './signed-claim.ts'

export type HmacAlgorithm = 'sha1' | 'sha256' | 'sha512'

/** Options of `hmac`. */
export interface HmacOptions extends SignedOptions, NumberedHeaders {
  /** @default 'sha256' */
  readonly algorithm?: HmacAlgorithm | undefined
  /** How the secret becomes the key. @default its UTF-8 bytes */
  readonly key?: KeyFormat | undefined
}

const rules: OptionRules<HmacOptions> = {
  ...signedRules,
  algorithm: allow.oneOf('sha1', 'sha256', 'sha512'),
  key: allow.record,
  numbered: allow.integer(1, 100),
}

/** Length of a digest. */
export const digestBytes = { sha1: 20, sha256: 32, sha512: 64 } as const

/**
 * HMAC (RFC 2104) over a message made of byte parts.
 *
 * @throws SallyportError `PROVIDER_INVALID` when the signed message leaves out the body or the timestamp it relies on, or
 * does not show where its parts end
 * @example
 * hmac({ header: 'x-hub-signature-256', prefix: 'sha256=', encoding: 'hex', signed: [parts.body], freshness: noTimestamp('no time') })
 */
export function hmac(given: HmacOptions): Scheme {
  checkOptions('hmac', given, rules, failProvider)
  const options = freezeCopy(given)
  const { algorithm = 'sha256', key = {} } = options
  checkOptions('hmac, key', key, keyRules, failProvider)
  const reader = createSignedClaimReader(options, digestBytes[algorithm])

  const scheme: Scheme = {
    kind: 'hmac',
    needsBody: true,
    freshness: options.freshness,
    secretHeaders: reader.secretHeaders,
    carriesProof: reader.carriesProof,
    definition: () => ({ kind: 'hmac', options }),
    describe: () => reader.describe('hmac', `HMAC-${algorithm.toUpperCase()}`),
    signedHeader: reader.signedHeader,
    inspect: reader.inspect,

    prepareKey(secret) {
      const bytes = toKeyBytes(secret, key)
      return bytes && createHmacKey(bytes)
    },

    verify(claim: SignedClaim, delivery, keys: readonly KeyObject[]) {
      if (!reader.isUnambiguous(delivery)) return undefined
      const pieces = messagePieces(claim.texts, delivery.body)
      let matching = -1
      for (let index = 0; index < keys.length; index++) {
        const expected = hmacDigest(algorithm, keys[index]!, pieces)
        for (const signature of claim.signatures) {
          // Both have the digest's length; the reader refused any other.
          if (timingSafeEqual(expected, signature) && matching < 0) matching = index
        }
      }
      return matching < 0 ? undefined : { keyIndex: matching, scheme: this, claim }
    },

    signedBytes: (claim: SignedClaim, delivery) => messagePieces(claim.texts, delivery.body),
  }
  return Object.freeze(scheme)
}

/** Bytes that a hash reads at a time. */
const blockBytes = { sha1: 64, sha256: 64, sha512: 128 } as const

interface KeyUse {
  isUsed: boolean
  blocks: KeyBlocks | undefined
}

interface KeyBlocks {
  /** What is hashed before the message. */
  readonly inner: Buffer
  /** What the outer hash covers: a block, and room for the digest of the inner one. */
  readonly outer: Buffer
}

// Beside the keys, so that no printed key shows its bytes.
const keyUses = new WeakMap<KeyObject, KeyUse>()

/** Makes a key for `hmacDigest`. */
export function createHmacKey(bytes: Uint8Array): KeyObject {
  const key = createSecretKey(bytes)
  keyUses.set(key, { isUsed: false, blocks: undefined })
  return key
}

/** Longer messages are not copied: the copy would take as long as it spares. */
const mostCopied = 8_192

/** Filled by one call after the other, as the outer blocks are; none waits in between. */
let scratch: Buffer | undefined

/**
 * HMAC of a message in pieces, strings as latin1. A short message is hashed by two one-shot calls (RFC 2104, section 2), which
 * take half the time of `createHmac`: that makes an object outside the heap for each message.
 *
 * @param key of `createHmacKey`, always for the same algorithm; with any other it takes longer
 */
export function hmacDigest(algorithm: HmacAlgorithm, key: KeyObject, pieces: readonly (string | Uint8Array)[]): Buffer {
  let length = 0
  for (const piece of pieces) length += piece.length
  const blocks = hash === undefined || length > mostCopied ? undefined : findBlocks(algorithm, key)
  if (hash === undefined || blocks === undefined) return digestPieces(algorithm, key, pieces)
  const { inner, outer } = blocks
  scratch ??= Buffer.allocUnsafeSlow(blockBytes.sha512 + mostCopied)
  let end = put(scratch, inner, 0)
  for (const piece of pieces) end = put(scratch, piece, end)
  put(outer, hash(algorithm, scratch.subarray(0, end), 'binary'), inner.length)
  return Buffer.from(hash(algorithm, outer, 'binary'), 'binary')
}

// From the second use on: a key that is looked up for each delivery has only one.
function findBlocks(algorithm: HmacAlgorithm, key: KeyObject): KeyBlocks | undefined {
  const use = keyUses.get(key)
  if (use?.isUsed === true) use.blocks ??= toBlocks(algorithm, key.export())
  else if (use) use.isUsed = true
  return use?.blocks
}

function toBlocks(algorithm: HmacAlgorithm, bytes: Uint8Array): KeyBlocks {
  const size = blockBytes[algorithm]
  const short = bytes.length > size ? createHash(algorithm).update(bytes).digest() : bytes
  const inner = Buffer.alloc(size, 0x36)
  const outer = Buffer.alloc(size + digestBytes[algorithm], 0x5c)
  for (let index = 0; index < short.length; index++) {
    inner[index]! ^= short[index]!
    outer[index]! ^= short[index]!
  }
  return { inner, outer }
}

function put(target: Buffer, piece: string | Uint8Array, at: number): number {
  if (typeof piece === 'string') target.write(piece, at, 'latin1')
  else target.set(piece, at)
  return at + piece.length
}

function digestPieces(algorithm: HmacAlgorithm, key: KeyObject, pieces: readonly (string | Uint8Array)[]): Buffer {
  const mac = createHmac(algorithm, key)
  for (const piece of pieces) typeof piece === 'string' ? mac.update(piece, 'latin1') : mac.update(piece)
  // Through text: `digest()` without an encoding allocates outside the pool, a fifth of the cost for a small body.
  return Buffer.from(mac.digest('binary'), 'binary')
}
