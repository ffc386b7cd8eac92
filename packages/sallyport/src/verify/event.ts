import type { Delivery } from './delivery.ts'
import type { HeaderList } from './header-list.ts'
import type { EventMap } from './provider.ts'

/** A verified, identified delivery. */
export interface WebhookEvent<Type extends string = string, Data = unknown> {
  /**
   * The sender's own signed id, else `sha256:` and a digest of the signed bytes: of the body where nobody is authenticated.
   * Random with a shared secret, which signs nothing.
   */
  readonly id: string
  readonly type: Type
  /** Validated by the event's schema; members the schema does not know are kept. */
  readonly data: Data
  /** Name of the provider. */
  readonly provider: string
  /** When the delivery arrived. */
  readonly receivedAt: Date
  /** The signed time, where the sender signs one. */
  readonly signedAt?: Date
  /** Which secret matched. */
  readonly keyId: string
  /** Whose secret matched, where a resolver named tenants. */
  readonly tenant?: string
}

/** Any event of a provider, discriminated by `type`. */
export type AnyEvent<Events extends EventMap> = {
  [Type in keyof Events & string]: WebhookEvent<Type, Events[Type]>
}[keyof Events & string]

/** What a handler gets beside the event. */
export interface HandlerContext {
  /** The delivery as it arrived, with its exact body bytes. */
  readonly delivery: Delivery
  /** Headers of the delivery; only those the signature covers are proven. */
  readonly headers: HeaderList
  /** Which run of the handlers this is, 1 for the first; more only with an inbox, which runs them again after a failure. */
  readonly attempt: number
  /** The same for every run of one event: what an effect can be made idempotent by. */
  readonly idempotencyKey: string
  /** Aborted when the handler's time is up or the sender is gone. */
  readonly signal: AbortSignal
  /** Runs work after the answer; a rejection goes to `onError`. On serverless hosts it keeps the instance alive. */
  waitUntil(work: Promise<unknown>): void
}

/** Handles an event. What it returns is ignored, unless it is a reply made by `createReply`. */
export type EventHandler<Event> = (event: Event, context: HandlerContext) => unknown
