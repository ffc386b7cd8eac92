import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ReplayClaim, ReplayTerms } from '../replay-terms.ts'
import { createMemoryReplayGuard } from './memory-guard.ts'

interface Entry {
  readonly key: string
  readonly terms: ReplayTerms
  readonly since: number
  holder: string | undefined
}

/** What the guard does, with an object for each key in plain lists: slow, but plain to see. */
class Model {
  readonly #capacity: number
  /** By age, for each pair of minimum and retention. */
  readonly #lines = new Map<string, Entry[]>()
  #overdue: Entry[] = []

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  claim(key: string, terms: ReplayTerms, passed: number): ReplayClaim | 'full' {
    const known = this.#find(key)
    if (known !== undefined && expiresAt(known) > terms.now) return known.holder === undefined ? 'duplicate' : 'pending'
    if (known) this.#remove(known)
    for (const line of this.#lines.values())
      for (let count = 0; count < 2; count++)
        if (line[0] && expiresAt(line[0]) <= terms.now && line[0].since <= passed - line[0].terms.minimumMs)
          line.shift()
    for (let count = 0; count < 2; count++)
      if (this.#overdue[0] && expiresAt(this.#overdue[0]) <= terms.now) this.#overdue.shift()
    const lines = [...this.#lines.values()]
    if (lines.flat().length >= this.#capacity) {
      const free = lines.filter(([first]) => first !== undefined && !isNeeded(first, terms.now, passed))
      const [oldest] = free.toSorted(([one], [other]) => one!.since - other!.since)
      const entry = oldest?.shift()
      if (entry === undefined) return 'full'
      if (entry.holder !== undefined) this.#overdue.push(entry)
      if (this.#overdue.length > Math.ceil(this.#capacity / 10)) this.#overdue.shift()
    }
    const name = `${terms.minimumMs} ${terms.retentionMs}`
    const line = this.#lines.get(name) ?? []
    this.#lines.set(name, line)
    line.push({ key, terms, since: passed, holder: terms.claimId })
    return 'claimed'
  }

  settle(key: string, claimId: string, isDone: boolean): void {
    const entry = this.#find(key)
    if (entry?.holder !== claimId) return
    if (isDone) entry.holder = undefined
    else this.#remove(entry)
  }

  #find(key: string): Entry | undefined {
    return [...this.#lines.values(), this.#overdue].flat().find((entry) => entry.key === key)
  }

  #remove(entry: Entry): void {
    for (const list of [...this.#lines.values(), this.#overdue]) {
      const index = list.indexOf(entry)
      if (index >= 0) list.splice(index, 1)
    }
  }
}

const expiresAt = ({ terms }: Entry): number => terms.now + terms.retentionMs

function isNeeded({ terms, since }: Entry, now: number, passed: number): boolean {
  return !(passed - since >= terms.minimumMs && Math.abs(now - terms.now) >= terms.minimumMs)
}

it('answers as a guard of plain objects does', () => {
  const step = fc.record({
    does: fc.constantFrom('claim', 'claim', 'claim', 'commit', 'commit', 'release'),
    key: fc.nat(40),
    after: fc.nat(20),
    // The clock may be set.
    jump: fc.oneof(
      { weight: 15, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: -3000, max: 3000 }) },
    ),
    minimumMs: fc.constantFrom(100, 100, 300),
    retentionMs: fc.constantFrom(400, 400, 1000),
  })
  const steps = fc.array(step, { maxLength: 400, size: 'max' })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), steps, (capacity, all) => {
      let [passed, now] = [0, 0]
      const guard = createMemoryReplayGuard({ capacity, elapsed: () => passed })
      const model = new Model(capacity)
      // The claim ids in use; now and then a settled one is used again.
      const claimIds = new Map<string, string>()
      for (const [index, { does, key: number, after, jump, minimumMs, retentionMs }] of all.entries()) {
        passed += after
        now += after + jump
        const key = `key ${number}`
        const claimId = does === 'claim' ? `claim ${index}` : (claimIds.get(key) ?? 'none')
        const terms: ReplayTerms = { claimId, now, minimumMs, retentionMs }
        if (does !== 'claim') {
          void guard[does](key, terms)
          model.settle(key, claimId, does === 'commit')
          continue
        }
        let answer: unknown
        try {
          answer = guard.claim(key, terms)
        } catch (error) {
          expect(error).toMatchObject({ code: 'REPLAY_GUARD_FULL', status: 503 })
          answer = 'full'
        }
        expect(answer).toBe(model.claim(key, terms, passed))
        if (answer === 'claimed') claimIds.set(key, claimId)
      }
    }),
    { numRuns: 400 },
  )
})
