import type { Attempt, InboxEvent } from '../receive/inbox.ts'
import type { EventHistory } from './history.ts'
import type { RetryPolicy } from './retry-policy.ts'

/** Where an event is on its way. */
export type EventState = 'pending' | 'active' | 'done' | 'dead'

/** An event as it is in the store. */
export interface StoredEvent extends InboxEvent {
  readonly state: EventState
  /** Attempts begun so far. */
  readonly attempts: number
  /** Milliseconds since 1970. */
  readonly storedAt: number
  /** When the next attempt is due, for pending events; milliseconds since 1970. */
  readonly dueAt?: number | undefined
  /** When it became done or dead; milliseconds since 1970. */
  readonly finishedAt?: number | undefined
  /** Name and message of the last failure. */
  readonly error?: string | undefined
  /** What the last attempt failed with, without what differs from event to event; only of pending and dead events. */
  readonly failure?: string | undefined
  /** Its attempts and duplicates; from `get` of an engine with `promises.history`. */
  readonly history?: EventHistory | undefined
}

/**
 * How events with the same order key follow each other. `none`: not at all. `serial`: one after the other. `strict`: a dead
 * event also stops its key until it is replayed or discarded.
 */
export type OrderMode = 'none' | 'serial' | 'strict'

/** What an engine can keep; shown to the user, and checked against the options of the inbox. */
export interface EnginePromises {
  /** What a stored event survives. */
  readonly durability: 'power cut' | 'process crash' | 'as configured'
  /** How long duplicates are dropped. */
  readonly dedupe: string
  readonly order: readonly OrderMode[]
  /** Whether `insert` can join a transaction of the user. */
  readonly transactions: boolean
  /** Whether several processes can handle events of one inbox. */
  readonly distributed: boolean
  /** Whether `get` returns an event's `history`. @default false */
  readonly history?: boolean | undefined
  /** Filters that an index answers. With others, and with `failure: false`, `list` looks at one event after the other. @default none */
  readonly indexed?: readonly (keyof EventFilter)[] | undefined
}

/** Which events. An event must match every given member. */
export interface EventFilter {
  readonly state?: EventState | undefined
  readonly provider?: string | undefined
  readonly type?: string | undefined
  /** Stored at or after; milliseconds since 1970. */
  readonly since?: number | undefined
  /** Stored before; milliseconds since 1970. */
  readonly until?: number | undefined
  readonly tenant?: string | undefined
  readonly orderKey?: string | undefined
  /** The `failure` of events; `true` for any, `false` for none. */
  readonly failure?: string | boolean | undefined
  /** Text in the id, the type or the last error. */
  readonly search?: string | undefined
  readonly keys?: readonly string[] | undefined
}

/** One page of a listing. */
export interface Page {
  /** @default 50 */
  readonly limit?: number | undefined
  /** `next` of the page before; pass it with the same filter and `sort`. */
  readonly after?: string | undefined
  /** Which of the events come first, by when they were stored. @default 'oldest' */
  readonly sort?: 'oldest' | 'newest' | undefined
  /**
   * Most events to look at, where no index finds those that match. The page is then short, maybe empty, and has `looked` and
   * `next`. @default no bound
   */
  readonly mostLooks?: number | undefined
}

export interface EventPage {
  readonly events: readonly StoredEvent[]
  /** Where the next page begins; `undefined` on the last. */
  readonly next?: string | undefined
  /** How many events it looked at, where `mostLooks` ended the page before it was full. */
  readonly looked?: number | undefined
  /** When the last event it looked at was stored, with `looked` and where the store knows it; milliseconds since 1970. */
  readonly lookedTo?: number | undefined
}

/** How many events match. */
export interface EventCount {
  readonly count: number
  /** `false`: at least `count`; a bound ended the counting. */
  readonly isExact: boolean
}

/** Pending and dead events of one type that failed in the same way. */
export interface FailureGroup {
  /** Name and message of the error, without what differs from event to event. */
  readonly failure: string
  readonly provider: string
  readonly type: string
  readonly dead: number
  /** Pending ones. */
  readonly retrying: number
  /** When the first and the last of them were stored; milliseconds since 1970. */
  readonly firstAt: number
  readonly lastAt: number
  /** Key of the last. */
  readonly sample: string
}

/** What events fail with. */
export interface Failures {
  /** Groups with most events first. */
  readonly groups: readonly FailureGroup[]
  /** `false`: only the latest failing events were counted, or only the first groups are here. */
  readonly isExact: boolean
}

/** What happened to events of a provider within one minute. */
export interface MinuteCount {
  /** When it began; milliseconds since 1970. */
  readonly minute: number
  readonly provider: string
  readonly outcome: 'stored' | 'duplicate' | 'handled' | 'retried' | 'dead'
  readonly count: number
  /** For attempts: how many took up to each of `durationBounds`, and last how many longer. */
  readonly durations?: readonly number[] | undefined
}

/** Providers and types of stored events, for a choice. */
export interface EventNames {
  readonly providers: readonly string[]
  readonly types: readonly { readonly provider: string; readonly type: string }[]
  /** `false`: there are more. */
  readonly isComplete: boolean
}

/** How a change of many events goes on. */
export interface ChangeOptions {
  /** Ends the change after the step that is under way; what is changed stays so. */
  readonly signal?: AbortSignal | undefined
  /** Called after each step with how many events are changed so far. */
  readonly onProgress?: ((count: number) => void) | undefined
}

/** Counts, and the age of the oldest pending event. */
export interface InboxStats {
  readonly counts: Readonly<Record<EventState, number>>
  /** Milliseconds since the oldest pending event was stored. */
  readonly oldestPendingMs?: number | undefined
  /** Pending events whose last attempt failed. */
  readonly retrying?: number | undefined
  /** Size of the store in bytes, where the engine knows it. */
  readonly bytes?: number | undefined
}

/** Room of a store. */
export interface StoreSpace {
  /** `disk`: the file system that it is on. `store`: what it may take itself, as `maxBytes` of SQLite or `maxmemory` of Redis. */
  readonly of: 'disk' | 'store'
  readonly freeBytes: number
  readonly totalBytes: number
}

/** How claiming events goes in this process. */
export interface Claiming {
  /** Milliseconds for which no claim has succeeded though some were tried; `undefined` while claims succeed. */
  readonly failingMs?: number | undefined
  /** What the last claim failed with, if that is known. */
  readonly error?: unknown
  /** Whether it ended without `stop`. @default false */
  readonly hasEnded?: boolean | undefined
}

/** How `consume` works. */
export interface ConsumeOptions {
  /** Handlers that run at the same time. */
  readonly concurrency: number
  readonly retry: RetryPolicy
  readonly order: OrderMode
  /** Called with every outcome, after it is in the store. */
  readonly onOutcome: (outcome: ConsumeOutcome) => void
  /**
   * Providers that have a receiver in this process, asked before each claim. Events of others are left as they are, for a
   * process that has theirs: an attempt is counted only where handlers begin. @default every provider
   */
  readonly providers?: (() => readonly string[]) | undefined
  /** Called with a provider that has no receiver here and whose events wait; may repeat. */
  readonly onNoReceiver?: ((provider: string) => void) | undefined
  /** Removes known secrets from the text of an error, before it is cut and stored. @default leaves it as it is */
  readonly redact?: ((text: string, provider: string) => string) | undefined
}

export interface ConsumeOutcome {
  readonly event: StoredEvent
  readonly outcome: 'handled' | 'retried' | 'dead'
  readonly attempt: number
  readonly error?: unknown
  /** Milliseconds that the handlers took; `undefined` where the attempt was lost. */
  readonly durationMs?: number | undefined
  /** Milliseconds until the next attempt, for `retried` where that is known. */
  readonly waitMs?: number | undefined
}

/** Runs the handlers of one event. */
export type RunEvent = (event: StoredEvent, attempt: Attempt) => Promise<void>

/**
 * How stored events are read and changed, by an inbox and by its engine. Without a `state`, a selection of an inbox is of
 * dead events; one of an engine, which takes a filter only, is of every event that the call can change.
 */
export interface EventOperations {
  /** Events without their bodies, a page at a time. Events stored or changed between two pages move no others. */
  list(query?: EventFilter & Page): Promise<EventPage>
  /** One event with its body. */
  get(key: string): Promise<StoredEvent | undefined>
  /** Counts events; stops after `most`. @param options `most` defaults to 10,000 */
  count(filter?: EventFilter, options?: { readonly most?: number | undefined }): Promise<EventCount>
  /** What pending and dead events fail with; at most 200 groups. */
  failures(filter?: Pick<EventFilter, 'provider' | 'since'>): Promise<Failures>
  /** What happened per minute, oldest first; of the last seven days at most. Written every second: a process that is killed loses that second. */
  minutes(range: { readonly since: number; readonly until?: number | undefined }): Promise<readonly MinuteCount[]>
  names(): Promise<EventNames>
  /** Makes dead or done events pending again, from their first attempt; resolves to how many. */
  replay(filter: EventFilter, options?: ChangeOptions): Promise<number>
  /** Removes events that no handler is running, and forgets their keys; resolves to how many. */
  discard(filter: EventFilter, options?: ChangeOptions): Promise<number>
  stats(): Promise<InboxStats>
  /**
   * Resolves to a note: a short text with a name, kept beside the events, such as which alerts are raised; `undefined` where
   * there is none. Missing where an engine keeps none.
   */
  readNote?(name: string): Promise<string | undefined>
  /**
   * Writes a note if it still is what it was before, in one atomic step; resolves to whether it did.
   *
   * @param name at most 200 characters
   * @param before what `readNote` resolved to
   */
  writeNote?(name: string, text: string, before: string | undefined): Promise<boolean>
  /**
   * What the store can still take. Missing where an engine cannot know, as for PostgreSQL.
   *
   * @throws InboxError `INBOX_UNSUPPORTED` where this store does not tell, as Redis without `maxmemory`
   */
  spaces?(): Promise<readonly StoreSpace[]>
}

/** A store of an inbox. Queue semantics stay inside. */
export interface Engine extends EventOperations {
  readonly name: string
  readonly promises: EnginePromises
  /**
   * Opens the store, migrates it, and verifies its real settings.
   *
   * @throws InboxError `INBOX_SETTINGS_WEAK`, `INBOX_UNSUPPORTED`, `INBOX_LOCKED`, `INBOX_SCHEMA_NEWER`, `INBOX_MISSING`,
   * `INBOX_UNAVAILABLE`
   * @param report gets what goes wrong later, where no call can throw it
   */
  start(report?: (error: unknown) => void): Promise<void>
  /**
   * Stores a batch and drops duplicates in one atomic write. Resolves only when the batch is durable, with one answer per
   * event in order.
   *
   * @param transaction joins a transaction of the user, where `promises.transactions` is true
   */
  insert(batch: readonly InboxEvent[], transaction?: unknown): Promise<readonly ('stored' | 'duplicate')[]>
  /**
   * Does what storing an event does, and leaves nothing behind: rejects while no event could be stored. An inbox whose engine
   * cannot do this counts as writable while it is open.
   *
   * @throws InboxError as `insert`
   */
  checkWritable?(): Promise<void>
  /** How claiming goes; `undefined` unless it has begun. An engine without it counts as one whose claims succeed. */
  claiming?(): Claiming | undefined
  /** Begins to run events that are due. @throws InboxError `INBOX_UNSUPPORTED` for an order mode it cannot keep */
  consume(run: RunEvent, options: ConsumeOptions): Promise<void>
  /** Claims no more, waits up to `drainMs` for running handlers, then aborts them and closes. */
  stop(options: { readonly drainMs: number }): Promise<void>
}
