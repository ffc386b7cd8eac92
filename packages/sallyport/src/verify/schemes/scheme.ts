import type { Delivery, DeliveryHead } from '../delivery.ts'
import type { Freshness } from '../freshness.ts'
import type { Refusal } from '../verdict.ts'
import type { SchemeDefinition } from './definition.ts'

/** What the headers of a delivery claim, before the claim is checked against a key. */
export interface Claim {
  /** The claimed time of signing in milliseconds since 1970, where the headers carry it. */
  readonly signedAt?: number | undefined
}

/**
 * How a delivery is authenticated. `hmac`, `ed25519` and `sharedSecret` make schemes from data; implement this interface for a
 * sender that none of them fits.
 */
export interface Scheme {
  /** Short name for reports. */
  readonly kind: string
  /** False when the headers alone prove the sender, so that `verify` can run before the body is read. */
  readonly needsBody: boolean
  readonly freshness: Freshness
  /** Headers that carry the signature or a credential; an inbox redacts them. */
  readonly secretHeaders: readonly string[]
  /** The schemes of a group such as `oneOf`; `diagnose` tries each. */
  readonly alternatives?: readonly Scheme[] | undefined
  /**
   * The data it was made of, from which `signDelivery` derives a signer. A function, so that no printed scheme shows a
   * credential. @default none: tests pass a `signer`
   */
  readonly definition?: (() => SchemeDefinition) | undefined
  /** Says what is checked, for audits; never a secret. */
  describe(): SchemeDescription
  /**
   * Turns a secret into the key for `verify`, once, at start-up. Returns `undefined` for a secret that is empty or in another
   * format.
   */
  prepareKey(secret: string): unknown
  /** Reads the headers: a claim to verify, or why there is none. */
  inspect(head: DeliveryHead): Claim | Refusal
  /** What the claim proves under the keys, compared in constant time; `undefined` when no key matches. */
  verify(claim: Claim, delivery: Delivery, keys: readonly unknown[]): Match | undefined
  /** What the signature covers, in order, strings as latin1; `undefined` when nothing is signed. */
  signedBytes(claim: Claim, delivery: Delivery): readonly (string | Uint8Array)[] | undefined
  /** The text of a header as the signature covers it; `undefined` for every other header. */
  signedHeader(claim: Claim, name: string): string | undefined
}

/** A claim that a key has proven. */
export interface Match {
  /** Index into the keys given to `verify`. */
  readonly keyIndex: number
  /** The scheme that verified: with alternatives, the one that matched. */
  readonly scheme: Scheme
  readonly claim: Claim
}

/** A scheme in words; part of `receiver.describe()`. */
export interface SchemeDescription {
  readonly kind: string
  readonly header: string
  readonly algorithm: string
  /** The signed parts in order, for example `['timestamp', '"."', 'body']`. */
  readonly signed: readonly string[]
  readonly freshness: string
  /** Further conditions, for example a required header. */
  readonly also?: readonly string[] | undefined
}
