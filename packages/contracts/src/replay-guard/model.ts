import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import type { ReplayClaim, ReplayTerms } from 'sallyport'
import { expect, it } from 'vitest'
import type { ReplayGuardSubject } from './subject.ts'
import { retentionMs, stepMs, useGuards } from './test-guards.ts'

interface Held {
  /** `undefined` once the event was handled. */
  claimId: string | undefined
  endsAt: number
}

/** What a guard must answer, with an object for each key. */
class Model {
  readonly #held = new Map<string, Held>()
  readonly #leaseMs: number | undefined
  now = 0

  constructor(leaseMs: number | undefined) {
    this.#leaseMs = leaseMs
  }

  #find(key: string): Held | undefined {
    const held = this.#held.get(key)
    return held !== undefined && held.endsAt > this.now ? held : undefined
  }

  claim(key: string, claimId: string): ReplayClaim {
    const held = this.#find(key)
    if (held !== undefined) return held.claimId === undefined ? 'duplicate' : 'pending'
    this.#held.set(key, { claimId, endsAt: this.now + (this.#leaseMs ?? retentionMs) })
    return 'claimed'
  }

  commit(key: string, claimId: string): void {
    const held = this.#find(key)
    if (this.#leaseMs === undefined) {
      if (held?.claimId === claimId) held.claimId = undefined
    } else if (held === undefined || held.claimId === claimId) {
      this.#held.set(key, { claimId: undefined, endsAt: this.now + retentionMs })
    }
  }

  release(key: string, claimId: string): void {
    if (this.#find(key)?.claimId === claimId) this.#held.delete(key)
  }
}

/** Any order of claims, outcomes and time gives the answers of a model, through two guards over one store. */
export function checkModel(subject: ReplayGuardSubject): void {
  const useGuard = useGuards(subject)
  const key = fc.constantFrom('a', 'b', 'c')
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ does: fc.constant('claim' as const), key, by: fc.nat(1) }) },
    {
      weight: 5,
      arbitrary: fc.record({
        does: fc.constantFrom('commit' as const, 'release' as const),
        claim: fc.nat(3),
        by: fc.nat(1),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ does: fc.constant('pass' as const), steps: fc.constantFrom(1, 1, 3, 40, 150) }),
    },
  )

  it('answers as a model does', async () => {
    const { guard, open, terms, pass } = useGuard()
    await guard.ready?.()
    const guards = [guard, open()]
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25, size: 'max' }), async (steps) => {
        const model = new Model(subject.leaseMs)
        const run = randomUUID()
        // Of the latest claims: an outcome may be of one that is over. Each claim has at most one.
        const claims: { readonly key: string; readonly terms: ReplayTerms }[] = []
        for (const one of steps) {
          if (one.does === 'pass') {
            model.now += one.steps * stepMs
            await pass(one.steps * stepMs)
          } else if (one.does === 'claim') {
            const own = { key: one.key, terms: terms() }
            const answer = model.claim(own.key, own.terms.claimId)
            expect(await guards[one.by]!.claim(`${run} ${own.key}`, own.terms)).toBe(answer)
            if (answer === 'claimed') claims.unshift(own)
          } else {
            const [own] = claims.splice(one.claim, 1)
            if (own === undefined) continue
            model[one.does](own.key, own.terms.claimId)
            await guards[one.by]![one.does](`${run} ${own.key}`, own.terms)
          }
        }
      }),
      { numRuns: 40 },
    )
  })
}
