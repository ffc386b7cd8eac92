import type { Attempt, InboxEvent } from '../receive/inbox.ts'
import type { RetryPolicy } from './retry-policy.ts'

/** Where an event is on its way. */
export type EventState = 'pending' | 'active' | 'done' | 'dead'

/** An event with what became of it. */
export interface StoredEvent extends InboxEvent {
  readonly state: EventState
  /** Runs begun so far. */
  readonly attempts: number
  /** Milliseconds since 1970. */
  readonly storedAt: number
  /** When the next run is due, for pending events; milliseconds since 1970. */
  readonly dueAt?: number
  /** When it was done or died; milliseconds since 1970. */
  readonly finishedAt?: number
  /** Name and message of the last failure. */
  readonly error?: string
}

/**
 * How events of one order key follow each other: `none` at all; `serial`, one after the other; `strict`, and a dead event
 * halts its key until it is replayed or discarded.
 */
export type OrderMode = 'none' | 'serial' | 'strict'

/** What an engine can keep; shown to the user, and checked against what the user asks for. */
export interface EnginePromises {
  /** What an accepted event survives. */
  readonly durability: 'power cut' | 'process crash' | 'as configured'
  /** How long duplicates are dropped. */
  readonly dedupe: string
  readonly order: readonly OrderMode[]
  /** Whether `insert` can join a transaction of the user's. */
  readonly transactions: boolean
  /** Whether several processes can work on one inbox. */
  readonly distributed: boolean
}

/** Which events. Every member narrows the choice. */
export interface EventFilter {
  readonly state?: EventState
  readonly provider?: string
  readonly type?: string
  /** Stored at or after; milliseconds since 1970. */
  readonly since?: number
  /** Text in the id, the type or the last error. */
  readonly search?: string
  readonly keys?: readonly string[]
}

/** One page of a listing. */
export interface Page {
  /** @default 50 */
  readonly limit?: number
  /** `next` of the page before. */
  readonly after?: string
}

export interface EventPage {
  readonly events: readonly StoredEvent[]
  /** Where the next page begins; absent on the last. */
  readonly next?: string
}

/** Counts, and the age of the oldest event that waits. */
export interface InboxStats {
  readonly counts: Readonly<Record<EventState, number>>
  /** Milliseconds since the oldest pending event was stored. */
  readonly oldestPendingMs?: number
  /** Size of the store in bytes, where the engine knows it. */
  readonly bytes?: number
}

/** How `consume` works. */
export interface ConsumeOptions {
  /** Handlers at work at the same time. */
  readonly concurrency: number
  readonly retry: RetryPolicy
  readonly order: OrderMode
  /** Told of every outcome. */
  readonly onOutcome: (outcome: ConsumeOutcome) => void
}

export interface ConsumeOutcome {
  readonly event: StoredEvent
  readonly outcome: 'handled' | 'retried' | 'dead'
  readonly attempt: number
  readonly error?: unknown
}

/** Runs the handlers of one event. */
export type RunEvent = (event: StoredEvent, attempt: Attempt) => Promise<void>

/** One implementation of an inbox's store. Queue semantics stay inside. */
export interface Engine {
  readonly name: string
  readonly promises: EnginePromises
  /**
   * Opens the store, migrates it, and verifies its real settings.
   *
   * @throws InboxError `INBOX_SETTINGS_WEAK`, `INBOX_UNSUPPORTED`, `INBOX_LOCKED`, `INBOX_SCHEMA_NEWER`, `INBOX_MISSING`,
   * `INBOX_UNAVAILABLE`
   */
  start(): Promise<void>
  /**
   * Stores a batch, in one atomic write with its own dedupe; resolves only when durable, with one answer per event in order.
   *
   * @param transaction joins a transaction of the user's, where `promises.transactions` says so
   */
  insert(batch: readonly InboxEvent[], transaction?: unknown): Promise<readonly ('stored' | 'duplicate')[]>
  /** Begins to hand out events that are due. @throws InboxError `INBOX_UNSUPPORTED` for an order mode it cannot keep */
  consume(run: RunEvent, options: ConsumeOptions): Promise<void>
  list(filter: EventFilter, page: Page): Promise<EventPage>
  get(key: string): Promise<StoredEvent | undefined>
  /** Makes dead or done events pending again, from their first attempt; resolves to how many. */
  replay(filter: EventFilter): Promise<number>
  /** Removes events that are not at work, and with them the memory of their keys; resolves to how many. */
  discard(filter: EventFilter): Promise<number>
  stats(): Promise<InboxStats>
  /** Takes no more, lets handlers at work end for so long, then aborts them and closes. */
  stop(options: { readonly drainMs: number }): Promise<void>
}
