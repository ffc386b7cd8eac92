import { describe } from 'vitest'
import { checkChanges } from './engine/changes.ts'
import { checkFailures } from './engine/failing.ts'
import { checkFilters } from './engine/filters.ts'
import { checkInserting } from './engine/inserting.ts'
import { checkHandling } from './engine/handling.ts'
import { checkHistory } from './engine/history.ts'
import { checkKnowing } from './engine/knowing.ts'
import { checkListing } from './engine/listing.ts'
import { checkLooks } from './engine/looks.ts'
import { checkMinutes } from './engine/minutes.ts'
import { checkModel } from './engine/model.ts'
import { checkNoting } from './engine/noting.ts'
import { checkOperating } from './engine/operating.ts'
import { checkOrder } from './engine/order.ts'
import { checkProviders } from './engine/providers.ts'
import type { EngineSubject } from './engine/subject.ts'
import { checkSurviving } from './engine/surviving.ts'
import { checkTransactions } from './engine/transactions.ts'
import { checkWritable } from './engine/writable.ts'

/**
 * The engine contract: storing with dedupe in one atomic write, handling at least once with retries, permanent failures, order,
 * dead events, replay, listing, draining, killed processes, clock jumps, transactions, and the history that an engine may keep. Run it with vitest over every engine you
 * write.
 *
 * @example
 * describeEngine('SQLite', { createEngine: (store) => createSqliteEngine({ path: join(folder, store) }), removeStore })
 */
export function describeEngine(name: string, subject: EngineSubject): void {
  describe(`engine ${name}`, () => {
    describe('inserting', () => checkInserting(subject))
    describe('handling', () => checkHandling(subject))
    describe('history', () => checkHistory(subject))
    describe('order', () => checkOrder(subject))
    describe('providers', () => checkProviders(subject))
    describe('listing', () => checkListing(subject))
    describe('filters', () => checkFilters(subject))
    describe('looks', () => checkLooks(subject))
    describe('model', () => checkModel(subject))
    describe('failures', () => checkFailures(subject))
    describe('minutes', () => checkMinutes(subject))
    describe('noting', () => checkNoting(subject))
    describe('knowing', () => checkKnowing(subject))
    describe('changes', () => checkChanges(subject))
    describe('operating', () => checkOperating(subject))
    describe('surviving', () => checkSurviving(subject))
    describe('writable', () => checkWritable(subject))
    describe('transactions', () => checkTransactions(subject))
  })
}
