import type { InboxEvent } from 'sallyport'
import type { Place } from './inbox-stores.ts'
import { openBossByHand } from './inbox-by-hand-boss.ts'
import { openBullByHand } from './inbox-by-hand-bull.ts'
import { openSqliteByHand } from './inbox-by-hand-sqlite.ts'
import { openBossInbox, openBullInbox, openSqliteInbox } from './inbox-whole.ts'

/** What is done with each event. */
export type Handle = (key: string) => unknown

/** A store, and a worker in this process that handles what is in it. */
export interface HandledStore {
  /** Resolves once the event is stored as safely as this store promises. */
  accept(event: InboxEvent): unknown
  /** Stores many events, as fast as the store takes them. */
  fill(count: number, makeEvent: () => InboxEvent): Promise<void>
  /**
   * Begins to handle events.
   *
   * @param onDone gets how many more outcomes are stored
   */
  work(handle: Handle, onDone: (count: number) => void): Promise<void>
  stop(): Promise<void>
}

/** Opens a store of this name; what an earlier one of the same name and place stored is still there. */
export type OpenHandled = (place: Place, name: string) => Promise<HandledStore>

// What a developer sets who has many events and handlers that do little.
const manyAtOnce = 100

/** Workers by the kind of store and their name in the table, the one written by hand first. */
export const handledStores = {
  SQLite: {
    'worker by hand': openSqliteByHand,
    inbox: openSqliteInbox(),
    'inbox, concurrency 100': openSqliteInbox(manyAtOnce),
  },
  PostgreSQL: {
    'boss.work': openBossByHand,
    inbox: openBossInbox(),
    'inbox, concurrency 100': openBossInbox(manyAtOnce),
  },
  Redis: {
    'BullMQ Worker': openBullByHand,
    inbox: openBullInbox(),
    'inbox, concurrency 100': openBullInbox(manyAtOnce),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, OpenHandled>>>>

/** A kind of store. */
export type HandledKind = keyof typeof handledStores

/** Workers of one kind, by name. */
export const workersOf = (kind: HandledKind): Readonly<Record<string, OpenHandled>> => handledStores[kind]
