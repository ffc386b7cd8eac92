import type { JsonObject } from '../decode.ts'
import type { Delivery, DeliveryHead } from '../delivery.ts'
import type { Freshness } from '../freshness.ts'
import type { Refusal } from '../verdict.ts'
import type { SchemeDefinition } from './definition.ts'

/** What the headers of a delivery claim, before the claim is checked against a key. */
export interface Claim {
  /** The claimed time of signing in milliseconds since 1970, where the headers carry it. */
  readonly signedAt?: number | undefined
  /** The claim counts from this time on, in milliseconds since 1970; the tolerance applies. @default always */
  readonly notBefore?: number | undefined
  /** The claim counts up to this time, in milliseconds since 1970; the tolerance applies. @default always */
  readonly notAfter?: number | undefined
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
  /**
   * True when `verify` may return a promise, as where a key is fetched. The synchronous `createVerifier().authenticate` rejects
   * such a scheme, and `diagnose` does not search with it. @default false
   */
  readonly isAsync?: boolean | undefined
  /**
   * False when a proof that was seen may be sent again with another body, as a token that covers no body: then nothing in a body
   * names an event. @default true
   */
  readonly coversBody?: boolean | undefined
  /** False when the scheme finds its keys itself: a receiver then takes no `secret`. @default true */
  readonly needsSecret?: boolean | undefined
  readonly freshness: Freshness
  /** Headers that carry the signature or a credential; an inbox redacts them. `?name` is a parameter of the URL. */
  readonly secretHeaders: readonly string[]
  /**
   * Whether a head has what this scheme checks, right or wrong: its signature or credential. A receiver for several senders
   * chooses by it. @default whether one of `secretHeaders` is there
   */
  readonly carriesProof?: ((head: DeliveryHead) => boolean) | undefined
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
  /**
   * What the claim proves under the keys, compared in constant time. A promise only where it cannot be known at once, so that
   * other deliveries do not pay for it; then `isAsync` is true.
   */
  verify(claim: Claim, delivery: Delivery, keys: readonly unknown[]): Verification | Promise<Verification>
  /** What the signature covers, in order, strings as latin1; `undefined` when nothing is signed. */
  signedBytes(claim: Claim, delivery: Delivery): readonly (string | Uint8Array)[] | undefined
  /**
   * The members of a body that the signature covers, without the others: `identify` gets no more as `body`. @default the whole
   * body
   */
  readonly signedBody?: ((body: JsonObject) => JsonObject) | undefined
  /** The text of a header as the signature covers it; `undefined` for every other header. */
  signedHeader(claim: Claim, name: string): string | undefined
}

/** A match; why there can be none, such as a key that is not available; or `undefined` when no key matches. */
export type Verification = Match | Refusal | undefined

/** A claim that a key has proven. */
export interface Match {
  /** Index into the keys given to `verify`. */
  readonly keyIndex: number
  /** Name of a key that the scheme found itself, for reports. @default the id of the secret */
  readonly keyId?: string | undefined
  /** The scheme that verified: with alternatives, the one that matched. */
  readonly scheme: Scheme
  readonly claim: Claim
}

/** A scheme in words; part of `receiver.describe()`. */
export interface SchemeDescription {
  readonly kind: string
  readonly header: string
  /** URL parameter that holds a credential. */
  readonly parameter?: string | undefined
  readonly algorithm: string
  /** The signed parts in order, for example `['timestamp', '"."', 'body']`. */
  readonly signed: readonly string[]
  readonly freshness: string
  /** Further conditions, for example a required header. */
  readonly also?: readonly string[] | undefined
}
