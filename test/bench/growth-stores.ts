import type { Engine } from 'sallyport/inbox'
import { missingPostgres, openPostgresGrowth } from './growth-postgres.ts'
import { openSqliteGrowth } from './growth-sqlite.ts'

/** An open store with many events. */
export interface GrowthStore {
  /** Started, and handles no events. */
  readonly engine: Engine
  /**
   * Closes it and opens it again: nothing is handled any more.
   *
   * @param retentionMs how long done events are kept, instead of the default
   */
  reopen(retentionMs?: number): Promise<void>
  /** Closes the store and deletes it. */
  remove(): Promise<void>
}

/** A kind of store that the growth bench measures. */
export interface GrowthKind {
  readonly name: string
  /** Why it cannot be measured here. */
  missing(): Promise<string | undefined>
  /**
   * Makes a store with this many events, as `growth-events.ts` describes them, as fast as the store takes them. Several are
   * open at the same time.
   *
   * @param folder for files; it is deleted at the end
   */
  open(folder: string, events: number): Promise<GrowthStore>
}

/** Every kind, in the order of the table. */
export const growthKinds: readonly GrowthKind[] = [
  { name: 'SQLite', missing: async () => undefined, open: openSqliteGrowth },
  { name: 'PostgreSQL', missing: missingPostgres, open: openPostgresGrowth },
]
