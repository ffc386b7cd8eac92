import type { Engine } from 'sallyport/inbox'

/** What the engine contract needs of one engine. */
export interface EngineSubject {
  /** Makes an engine over a store; engines with the same name share a store. */
  createEngine(store: string): Engine
  /** Removes a store after a test. */
  removeStore(store: string): Promise<void>
  /**
   * Lets another process claim the one event of a store, and kills it while its handler runs. An engine made afterwards
   * takes the event over; make its lease short, as the contract waits for it. Without this, that part of the contract is skipped.
   */
  killWorker?(store: string): Promise<void>
  /** Runs work inside a transaction of the user, and ends it; needed where the engine promises transactions. */
  inTransaction?(end: 'commit' | 'rollback', work: (transaction: unknown) => Promise<void>): Promise<void>
}
