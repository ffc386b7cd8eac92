/** An event as an inbox keeps it: verified and identified, its data not yet validated. */
export interface InboxEvent {
  /** Unique: two deliveries of one event have the same key. At most 200 characters. */
  readonly key: string
  readonly provider: string
  readonly type: string
  /** `event.id` of handlers. */
  readonly id: string
  readonly keyId: string
  readonly tenant?: string
  /** Milliseconds since 1970. */
  readonly receivedAt: number
  /** Milliseconds since 1970. */
  readonly signedAt?: number
  readonly method: string
  readonly url: string
  /** Names and values as they arrived. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The headers the signature covers, by lower-case name, as they were verified. */
  readonly signedHeaders: Readonly<Record<string, string>>
  /** Names of headers whose values are credentials; an inbox redacts them unless told otherwise. */
  readonly secretHeaders: readonly string[]
  /** The body as it arrived. */
  readonly body: Uint8Array
  /** The encoding the body is compressed with, where it is. */
  readonly encoding?: string
  readonly remoteAddress?: string
  /** Whether the connection it came over was encrypted; absent where the host did not say. */
  readonly secure?: boolean
  /** Which line the event waits in; set by an inbox with `orderBy`. */
  readonly orderKey?: string | undefined
}

/** What stands for the value of a header that an inbox did not keep. */
export const redactedHeader = '[redacted]'

/** One run of an event's handlers. */
export interface Attempt {
  /** 1 for the first. */
  readonly number: number
  /** Whether a failure sends the event to the dead letters. */
  readonly isLast: boolean
  /** The same for every attempt of one event: what an effect can be made idempotent by. */
  readonly idempotencyKey: string
  /** Aborted when the worker stops. */
  readonly signal: AbortSignal
}

/** Why an event failed for good: it will not be tried again. */
export interface PermanentFailure {
  readonly isPermanent: true
}

/**
 * Runs the handlers of a kept event. Rejects when they fail; a rejection with `isPermanent: true` is not worth another try.
 */
export type EventRunner = (event: InboxEvent, attempt: Attempt) => Promise<void>

/** What a receiver needs of an inbox; `sallyport/inbox` implements it. */
export interface ReceiverInbox {
  /** Shown by `receiver.describe()`. */
  readonly name: string
  /** Keeps an event. Resolves only when it is durable; rejects when it is not, in time, or at all. */
  store(event: InboxEvent): Promise<'stored' | 'duplicate'>
  /** Gives the inbox the handlers for one provider's events. */
  attach(provider: string, run: EventRunner): void
  /** Resolves when the inbox is open and its settings are verified; rejects with the reason it cannot be. */
  ready(): Promise<void>
  /** Stops taking and handling events; waits for handlers at work up to `drainMs`. */
  stop(options?: { readonly drainMs?: number }): Promise<void>
}
