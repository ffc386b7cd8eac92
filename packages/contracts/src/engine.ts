import type { Engine } from 'sallyport/inbox'
import { describe } from 'vitest'
import { checkAccepting } from './engine/accepting.ts'
import { checkHandling } from './engine/handling.ts'
import { checkOperating } from './engine/operating.ts'
import { checkOrder } from './engine/order.ts'
import { checkSurviving } from './engine/surviving.ts'
import { checkTransactions } from './engine/transactions.ts'

/** What the engine contract needs of one engine. */
export interface EngineSubject {
  /** Makes an engine over a store; the same name means the same store, another one a store of its own. */
  createEngine(store: string): Engine
  /** Removes what the store holds, when a test is over. */
  removeStore(store: string): Promise<void>
  /**
   * Has another process take the one event of a store, and kills it in the middle of its handler. Without this, that part of
   * the contract is skipped.
   */
  killWorker?(store: string): Promise<void>
  /** Does work inside a transaction of the user's, and ends it; needed where the engine promises transactions. */
  inTransaction?(end: 'commit' | 'rollback', work: (transaction: unknown) => Promise<void>): Promise<void>
}

/**
 * The engine contract: one atomic accept with its own dedupe, at-least-once handling with retries, permanent failures, order,
 * dead letters, replay, listing, draining, killed workers, clocks that jump, transactions. Run it, under vitest, over every engine you write.
 *
 * @example
 * describeEngine('SQLite', { createEngine: (store) => createSqliteEngine({ path: join(folder, store) }), removeStore })
 */
export function describeEngine(name: string, subject: EngineSubject): void {
  describe(`engine ${name}`, () => {
    describe('accepting', () => checkAccepting(subject))
    describe('handling', () => checkHandling(subject))
    describe('order', () => checkOrder(subject))
    describe('operating', () => checkOperating(subject))
    describe('surviving', () => checkSurviving(subject))
    describe('transactions', () => checkTransactions(subject))
  })
}
