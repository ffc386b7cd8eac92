import type { Engine } from 'sallyport/inbox'
import { describe } from 'vitest'
import { checkInserting } from './engine/inserting.ts'
import { checkHandling } from './engine/handling.ts'
import { checkOperating } from './engine/operating.ts'
import { checkOrder } from './engine/order.ts'
import { checkSurviving } from './engine/surviving.ts'
import { checkTransactions } from './engine/transactions.ts'

/** What the engine contract needs of one engine. */
export interface EngineSubject {
  /** Makes an engine over a store; engines with the same name share a store. */
  createEngine(store: string): Engine
  /** Removes a store after a test. */
  removeStore(store: string): Promise<void>
  /**
   * Lets another process claim the one event of a store, and kills it while its handler runs. Without this, that part of the
   * contract is skipped.
   */
  killWorker?(store: string): Promise<void>
  /** Runs work inside a transaction of the user, and ends it; needed where the engine promises transactions. */
  inTransaction?(end: 'commit' | 'rollback', work: (transaction: unknown) => Promise<void>): Promise<void>
}

/**
 * The engine contract: storing with dedupe in one atomic write, handling at least once with retries, permanent failures, order,
 * dead events, replay, listing, draining, killed processes, clock jumps, transactions. Run it with vitest over every engine you
 * write.
 *
 * @example
 * describeEngine('SQLite', { createEngine: (store) => createSqliteEngine({ path: join(folder, store) }), removeStore })
 */
export function describeEngine(name: string, subject: EngineSubject): void {
  describe(`engine ${name}`, () => {
    describe('inserting', () => checkInserting(subject))
    describe('handling', () => checkHandling(subject))
    describe('order', () => checkOrder(subject))
    describe('operating', () => checkOperating(subject))
    describe('surviving', () => checkSurviving(subject))
    describe('transactions', () => checkTransactions(subject))
  })
}
