import { describe } from 'vitest'
import { checkClaiming } from './replay-guard/claiming.ts'
import { checkFailing } from './replay-guard/failing.ts'
import { checkFilling } from './replay-guard/filling.ts'
import { checkModel } from './replay-guard/model.ts'
import { checkPassingTime } from './replay-guard/passing-time.ts'
import type { ReplayGuardSubject } from './replay-guard/subject.ts'

/**
 * The replay guard contract: one claim of an event at a time, outcomes only by its holder, the end of claims and events by the
 * clock of the store, nothing forgotten when full, and nothing let through without the store. Run it with vitest over every guard
 * you write.
 *
 * @example
 * describeReplayGuard('acme', { createGuard: (store) => createAcmeGuard({ table: store }), removeStore, passTime, leaseMs: 60_000, isBounded: false })
 */
export function describeReplayGuard(name: string, subject: ReplayGuardSubject): void {
  describe(`replay guard ${name}`, () => {
    describe('claiming', () => checkClaiming(subject))
    describe('passing time', () => checkPassingTime(subject))
    describe.runIf(subject.isBounded)('filling', () => checkFilling(subject))
    describe.runIf(subject.interrupt !== undefined)('failing', () => checkFailing(subject))
    describe('model', () => checkModel(subject))
  })
}
