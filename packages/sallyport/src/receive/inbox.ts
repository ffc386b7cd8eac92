import type { Lines } from '../logger/lines.ts'
import type { TraceContext } from './trace-context.ts'

/** An event as an inbox takes it: verified and identified, its data not yet validated. */
export interface InboxEvent {
  /** Unique: two deliveries of one event have the same key. At most 200 characters. */
  readonly key: string
  readonly provider: string
  readonly type: string
  /** `event.id` of handlers. */
  readonly id: string
  readonly keyId: string
  readonly tenant?: string | undefined
  /** Milliseconds since 1970. */
  readonly receivedAt: number
  /** Milliseconds since 1970. */
  readonly signedAt?: number | undefined
  readonly method: string
  readonly url: string
  /** Names and values as they arrived. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The headers the signature covers, by lower-case name, as they were verified. */
  readonly signedHeaders: Readonly<Record<string, string>>
  /** Names of headers whose values are credentials; an inbox redacts them by default. `?name` is a parameter of the URL. */
  readonly secretHeaders: readonly string[]
  /** The body as it arrived. */
  readonly body: Uint8Array
  /** The encoding of a compressed body. */
  readonly encoding?: string | undefined
  readonly remoteAddress?: string | undefined
  /** Whether the connection was encrypted; `undefined` where the host did not say. */
  readonly secure?: boolean | undefined
  /** The line the event waits in; set by an inbox with `orderBy`. */
  readonly orderKey?: string | undefined
  /** The span that accepted it; only where a subscriber of `storeChannel` set it. Read it with care: a store may return anything. */
  readonly traceContext?: TraceContext | undefined
}

/** Replaces the value of a header that an inbox did not store. */
export const redactedHeader = '[redacted]'

/** One attempt: one run of an event's handlers. */
export interface Attempt {
  /** 1 for the first. */
  readonly number: number
  /** Whether a failure moves the event to the dead letters. */
  readonly isLast: boolean
  /** The same for every attempt of one event: use it to make an effect idempotent. */
  readonly idempotencyKey: string
  /** Aborted when the inbox stops. */
  readonly signal: AbortSignal
}

/** Runs the handlers of a stored event. Rejects when they fail; a rejection with `isPermanent: true` is not retried. */
export type EventRunner = (event: InboxEvent, attempt: Attempt) => Promise<void>

/** What a receiver needs of an inbox; `sallyport/inbox` implements it. */
export interface ReceiverInbox {
  /** Shown by `receiver.describe()`. */
  readonly name: string
  /** Stores an event. Resolves only when it is durable; rejects when it is not stored, or not in time. */
  store(event: InboxEvent): Promise<'stored' | 'duplicate'>
  /**
   * Gives the inbox the handlers for one provider's events.
   *
   * @param redact removes the receiver's secrets from a text, such as an error's
   * @param onFailedAttempt logs a failed attempt, where the inbox has no logger
   */
  attach(
    provider: string,
    run: EventRunner,
    redact?: (text: string) => string,
    onFailedAttempt?: Lines['attempt'],
  ): void
  /** Whether it logs failed attempts itself. @default false */
  readonly logsAttempts?: boolean | undefined
  /** Resolves when the inbox is open and its settings are verified; rejects with the reason why it does not open. */
  ready(): Promise<void>
  /** Stops storing and handling events; waits up to `drainMs` for running handlers. */
  stop(options?: { readonly drainMs?: number | undefined }): Promise<void>
}
