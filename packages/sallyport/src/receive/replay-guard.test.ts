import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMemoryReplayGuard, createReplayGate } from './replay-guard.ts'
import { acknowledge, type Reply } from './reply.ts'
import type { ReplayGuard, ReplayTerms } from './replay-terms.ts'

const times = (now: number, claimId = 'mine'): ReplayTerms => ({ claimId, now, retentionMs: 1000, minimumMs: 100 })

describe('createMemoryReplayGuard', () => {
  it('reports a key as pending, then duplicate, for the retention', () => {
    const guard = createMemoryReplayGuard()
    expect(guard.claim('a', times(0))).toBe('claimed')
    expect(guard.claim('a', times(1))).toBe('pending')
    void guard.commit('a', times(0))
    expect(guard.claim('a', times(999))).toBe('duplicate')
    expect(guard.claim('a', times(1000))).toBe('claimed')
  })

  it('forgets a released key', () => {
    const guard = createMemoryReplayGuard()
    void guard.claim('a', times(0))
    void guard.release('a', times(0))
    expect(guard.claim('a', times(1))).toBe('claimed')
  })

  it('lets only the claim that is in force settle a key', () => {
    const guard = createMemoryReplayGuard()
    void guard.claim('a', times(0, 'first'))
    void guard.release('a', times(0, 'second'))
    expect(guard.claim('a', times(1))).toBe('pending')
    void guard.commit('a', times(0, 'second'))
    expect(guard.claim('a', times(1))).toBe('pending')
    void guard.commit('a', times(0, 'first'))
    expect(guard.claim('a', times(1))).toBe('duplicate')
  })

  it('forgets the oldest key when full, but none it still needs', () => {
    const guard = createMemoryReplayGuard({ capacity: 2 })
    for (const key of ['a', 'b']) {
      void guard.claim(key, times(0))
      void guard.commit(key, times(0))
    }
    expect(() => guard.claim('c', times(99))).toThrow(
      expect.objectContaining({ code: 'REPLAY_GUARD_FULL', status: 503 }),
    )
    expect(guard.claim('a', times(99))).toBe('duplicate')
    expect(guard.claim('c', times(100))).toBe('claimed')
    expect(guard.claim('b', times(100))).toBe('duplicate')
    expect(guard.claim('a', times(100))).toBe('claimed')
  })

  it('is not held up by a handler that never ends', () => {
    const guard = createMemoryReplayGuard({ capacity: 2 })
    void guard.claim('stuck', times(0))
    void guard.claim('done', times(0))
    void guard.commit('done', times(0))
    expect(guard.claim('next', times(100))).toBe('claimed')
    expect(guard.claim('stuck', times(100))).toBe('pending')
  })

  it('keeps to its capacity over many events', () => {
    const guard = createMemoryReplayGuard({ capacity: 10 })
    for (let index = 0; index < 1000; index++) {
      expect(guard.claim(`key ${index}`, times(index * 50))).toBe('claimed')
      void guard.commit(`key ${index}`, times(0))
    }
  })

  it.each([0, -1, 1.5, Number.NaN, Infinity])('rejects a capacity of %d', (capacity) => {
    expect(() => createMemoryReplayGuard({ capacity })).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
  })

  it('keeps a claim at work beside the others, up to a tenth', () => {
    const guard = createMemoryReplayGuard({ capacity: 20 })
    for (let index = 0; index < 20; index++) void guard.claim(`stuck ${index}`, times(index))
    for (let index = 0; index < 3; index++) expect(guard.claim(`next ${index}`, times(200))).toBe('claimed')
    expect(guard.claim('stuck 1', times(200))).toBe('pending')
    void guard.commit('stuck 1', times(1))
    void guard.release('stuck 2', times(2))
    expect(guard.claim('stuck 1', times(200))).toBe('duplicate')
    expect(guard.claim('stuck 0', times(200))).toBe('claimed')
    expect(guard.claim('stuck 2', times(200))).toBe('claimed')
  })

  it('has room again soon after a clock that was a day ahead', () => {
    const guard = createMemoryReplayGuard({ capacity: 2 })
    const [day, retentionMs] = [86_400_000, 2 * 86_400_000]
    const at = (now: number): ReplayTerms => ({ ...times(now), retentionMs })
    for (const key of ['a', 'b']) {
      void guard.claim(key, at(day))
      void guard.commit(key, at(day))
    }
    expect(claimOrFull(guard, 'c', at(0))).toBe('full')
    expect(guard.claim('a', at(99))).toBe('duplicate')
    expect(claimOrFull(guard, 'c', at(100))).toBe('claimed')
    expect(guard.claim('b', at(100))).toBe('duplicate')
  })

  it('is not filled by handlers that never end', () => {
    const guard = createMemoryReplayGuard({ capacity: 10 })
    for (let index = 0; index < 1000; index++) {
      const terms = times(index * 10, `claim ${index}`)
      expect(guard.claim(`key ${index}`, { ...terms, retentionMs: 1e9 })).toBe('claimed')
      if (index % 3 === 0) void guard.commit(`key ${index}`, terms)
    }
  })

  it('forgets a claim at its retention', () => {
    const guard = createMemoryReplayGuard()
    void guard.claim('stuck', times(0))
    expect(guard.claim('stuck', times(999))).toBe('pending')
    expect(guard.claim('stuck', times(1000, 'later'))).toBe('claimed')
    void guard.commit('stuck', times(0))
    expect(guard.claim('stuck', times(1001))).toBe('pending')
  })

  it('forgets no key that another receiver still needs', () => {
    const guard = createMemoryReplayGuard({ capacity: 2 })
    const slow: ReplayTerms = { ...times(0), minimumMs: 900 }
    void guard.claim('slow', slow)
    void guard.commit('slow', slow)
    for (const now of [0, 100, 200]) expect(guard.claim(`quick ${now}`, times(now))).toBe('claimed')
    expect(guard.claim('slow', { ...slow, now: 300 })).toBe('duplicate')
  })

  it('lets nothing pass twice, and is full only when it must be', () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      after: fc.nat(60),
      back: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(2_000) }),
      does: fc.constantFrom('claim', 'claim', 'commit', 'release'),
    })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
        const guard = createMemoryReplayGuard({ capacity })
        const known = new Map<string, { readonly terms: ReplayTerms; readonly at: number; done: boolean }>()
        let now = 0
        let passed = 0
        for (const [index, { key, after, back, does }] of steps.entries()) {
          passed += after
          // The clock may be set back; time passes all the same.
          now += after - back
          const own = known.get(key)
          if (does !== 'claim') {
            if (own === undefined) continue
            void guard[does](key, own.terms)
            if (does === 'commit') own.done = true
            else if (!own.done) known.delete(key)
            continue
          }
          const terms = times(now, `claim ${index}`)
          // Behind a key from before the clock was set back by little, others wait for it.
          let latest = -Infinity
          const needed = [...known.values()].filter((one) => {
            latest = Math.max(latest, one.terms.now)
            return now - latest < 100
          })
          const isNeeded = own !== undefined && passed - own.at < 100
          const answer = claimOrFull(guard, key, terms)
          if (isNeeded) expect(answer).toBe(own.done ? 'duplicate' : 'pending')
          if (answer === 'full') expect(needed.length).toBeGreaterThanOrEqual(capacity)
          if (answer !== 'claimed') continue
          known.delete(key)
          known.set(key, { terms, at: passed, done: false })
        }
      }),
      { numRuns: 1000 },
    )
  })

  it.each([
    ['40,000 handlers are at work', 200_000, false],
    ['it is full of done events', 1_000, true],
  ])('looks at few keys per claim while %s', (_name, capacity, isDone) => {
    const guard = createMemoryReplayGuard({ capacity })
    let looks = 0
    // Each key that is looked at is compared with the time.
    const counted = (now: number): number => ({ valueOf: () => (looks++, now) }) as unknown as number
    const most = 40_000
    for (let index = 0; index < most; index++) {
      const terms = times(isDone ? index : 0, `claim ${index}`)
      void guard.claim(`key ${index}`, { ...terms, now: counted(terms.now) })
      if (isDone) void guard.commit(`key ${index}`, terms)
    }
    looks = 0
    for (let index = 0; index < 100; index++) {
      const now = counted(isDone ? most + index : 1)
      void guard.claim(`next ${index}`, { ...times(0, `next ${index}`), now })
    }
    expect(looks).toBeLessThan(100 * 20)
  })
})

describe('createReplayGate', () => {
  it('follows the later of two runs, where the first claim was forgotten', async () => {
    const answers = ['claimed', 'claimed', 'pending'] as const
    let asked = 0
    const guard: ReplayGuard = {
      name: 'forgetful',
      claim: () => answers[asked++]!,
      commit: () => {},
      release: () => {},
    }
    const gate = createReplayGate(guard, () => {})
    const [first, second] = [Promise.withResolvers<Reply>(), Promise.withResolvers<Reply>()]
    const replies = [
      gate.enter('a', times(0, 'first'), () => first.promise),
      gate.enter('a', times(1, 'second'), () => second.promise),
    ]
    first.resolve(acknowledge('handled'))
    await replies[0]
    const third = gate.enter('a', times(2, 'third'), () => Promise.reject(new Error('handled twice')))
    second.resolve(acknowledge('handled'))
    expect(await third).toMatchObject({ status: 200, outcome: 'duplicate' })
  })
})

function claimOrFull(guard: ReplayGuard, key: string, terms: ReplayTerms): unknown {
  try {
    return guard.claim(key, terms)
  } catch (error) {
    expect(error).toMatchObject({ code: 'REPLAY_GUARD_FULL' })
    return 'full'
  }
}
