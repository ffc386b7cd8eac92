import type { EventMap } from './provider.ts'

/** What the sender says about an event beside its data. All of it is signed. */
export interface EventEnvelope {
  /** When the sender created the event; a retry keeps it. */
  readonly createdAt?: Date | undefined
  /** The account the event is about, for a platform that acts for others. */
  readonly account?: string | undefined
  /** False for an event of a test mode. */
  readonly livemode?: boolean | undefined
}

/** What comes before a name that only an unsigned header says. */
export const claimPrefix = 'claimed:'

/** A verified, identified delivery. */
export interface WebhookEvent<Type extends string = string, Data = unknown> {
  /**
   * The sender's own signed id, else `sha256:` and a digest of the signed bytes: of the body where nobody is authenticated.
   * Random with a shared secret, which signs nothing.
   */
  readonly id: string
  /** Signed, unless it begins with `claimed:`. */
  readonly type: Type
  /**
   * The name that an unsigned header gives the event, where the sender signs none: `orders/create` of the type
   * `claimed:orders/create`. Not proven: check that the data are of this kind.
   */
  readonly claimedType?: string | undefined
  /** Validated by the event's schema; members the schema does not know are kept. */
  readonly data: Data
  /** Name of the provider. */
  readonly provider: string
  /** When the delivery arrived. */
  readonly receivedAt: Date
  /** The signed time, where the sender signs one. */
  readonly signedAt?: Date | undefined
  /** Which secret matched. */
  readonly keyId: string
  /** Whose secret matched, where a resolver named tenants. */
  readonly tenant?: string | undefined
  /** What the sender says beside the data, where its provider reads it: `stripe`. */
  readonly envelope?: EventEnvelope | undefined
}

/** Any event of a provider, discriminated by `type`. */
export type AnyEvent<Events extends EventMap> = {
  [Type in keyof Events & string]: WebhookEvent<Type, Events[Type]>
}[keyof Events & string]

/** An event whose type the provider does not declare: verified, but its data not validated. */
export type UnknownEvent = WebhookEvent<string, unknown>

/**
 * The type of an event that the provider does not declare. At runtime it is a plain string; to TypeScript it differs from
 * every declared type, so that comparing `event.type` still narrows `event.data`.
 */
export declare enum UndeclaredType {
  /** Never a value: only a name that no sender uses. */
  undeclared = '(undeclared)',
}

/** What `verify` returns: an event the provider declares, discriminated by `type`, or one it does not (data `unknown`). */
export type VerifiedEvent<Events extends EventMap> = AnyEvent<Events> | WebhookEvent<UndeclaredType, unknown>
