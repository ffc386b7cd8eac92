import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ReplayGuard, ReplayTerms } from '../replay-terms.ts'
import { createMemoryReplayGuard, type MemoryReplayGuardOptions } from './memory-guard.ts'

const times = (now: number, claimId = 'mine'): ReplayTerms => ({ claimId, now, retentionMs: 1000, minimumMs: 100 })

describe('createMemoryReplayGuard', () => {
  it('reports a key as pending, then duplicate, for the retention', () => {
    const guard = createTimedGuard()
    expect(guard.claim('a', times(0))).toBe('claimed')
    expect(guard.claim('a', times(1))).toBe('pending')
    void guard.commit('a', times(0))
    expect(guard.claim('a', times(999))).toBe('duplicate')
    expect(guard.claim('a', times(1000))).toBe('claimed')
  })

  it('forgets a released key', () => {
    const guard = createTimedGuard()
    void guard.claim('a', times(0))
    void guard.release('a', times(0))
    expect(guard.claim('a', times(1))).toBe('claimed')
  })

  it('lets only the claim that is in force settle a key', () => {
    const guard = createTimedGuard()
    void guard.claim('a', times(0, 'first'))
    void guard.release('a', times(0, 'second'))
    expect(guard.claim('a', times(1))).toBe('pending')
    void guard.commit('a', times(0, 'second'))
    expect(guard.claim('a', times(1))).toBe('pending')
    void guard.commit('a', times(0, 'first'))
    expect(guard.claim('a', times(1))).toBe('duplicate')
  })

  it('forgets the oldest key when full, but none it still needs', () => {
    const guard = createTimedGuard({ capacity: 2 })
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

  it('says how full it is', () => {
    const guard = createTimedGuard({ capacity: 3 })
    expect(guard.usage?.()).toEqual({ held: 0, capacity: 3 })
    for (const key of ['a', 'b', 'c']) void guard.claim(key, times(0, key))
    void guard.commit('a', times(0, 'a'))
    void guard.release('b', times(0, 'b'))
    expect(guard.usage?.()).toEqual({ held: 2, capacity: 3 })
    for (const key of ['d', 'e', 'f']) void guard.claim(key, times(200, key))
    expect(guard.usage?.()).toEqual({ held: 3, capacity: 3 })
  })

  it('is not held up by a handler that never ends', () => {
    const guard = createTimedGuard({ capacity: 2 })
    void guard.claim('stuck', times(0))
    void guard.claim('done', times(0))
    void guard.commit('done', times(0))
    expect(guard.claim('next', times(100))).toBe('claimed')
    expect(guard.claim('stuck', times(100))).toBe('pending')
  })

  it('keeps to its capacity over many events', () => {
    const guard = createTimedGuard({ capacity: 10 })
    for (let index = 0; index < 1000; index++) {
      expect(guard.claim(`key ${index}`, times(index * 50))).toBe('claimed')
      void guard.commit(`key ${index}`, times(0))
    }
  })

  it.each([0, -1, 1.5, Number.NaN, Infinity])('rejects a capacity of %d', (capacity) => {
    expect(() => createMemoryReplayGuard({ capacity })).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
  })

  it('keeps a claim at work beside the others, up to a tenth', () => {
    const guard = createTimedGuard({ capacity: 20 })
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
    let passed = 0
    const guard = createMemoryReplayGuard({ capacity: 2, elapsed: () => passed })
    const [day, retentionMs] = [86_400_000, 2 * 86_400_000]
    const at = (now: number): ReplayTerms => ({ ...times(now), retentionMs })
    for (const key of ['a', 'b']) {
      void guard.claim(key, at(day))
      void guard.commit(key, at(day))
    }
    expect(claimOrFull(guard, 'c', at(0))).toBe('full')
    passed = 99
    expect(guard.claim('a', at(99))).toBe('duplicate')
    expect(claimOrFull(guard, 'c', at(99))).toBe('full')
    passed = 100
    expect(claimOrFull(guard, 'c', at(100))).toBe('claimed')
    expect(guard.claim('b', at(100))).toBe('duplicate')
  })

  const hour = 3_600_000
  it.each([
    ['an hour behind', [0, 1, -hour, 2]],
    ['an hour ahead', [0, hour, 1, 2]],
    ['behind, then ahead', [-hour, 0, hour, 1]],
  ])('forgets nothing at once for a clock that was %s', (_name, clock) => {
    const guard = createMemoryReplayGuard({ capacity: 3, elapsed: () => 3 })
    const at = (now: number): ReplayTerms => ({ claimId: 'mine', now, retentionMs: 24 * hour, minimumMs: 630_000 })
    const answers = clock.map((now, index) => claimOrFull(guard, `key ${index}`, at(now)))
    expect(answers).toEqual(['claimed', 'claimed', 'claimed', 'full'])
    for (const index of [0, 1, 2]) expect(guard.claim(`key ${index}`, at(3))).toBe('pending')
  })

  it('keeps what is new past its retention by a clock ahead', () => {
    const guard = createMemoryReplayGuard({ elapsed: () => 0 })
    void guard.claim('a', times(0))
    void guard.commit('a', times(0))
    expect(guard.claim('of a sender ahead', times(5_000))).toBe('claimed')
    expect(guard.claim('a', times(1))).toBe('duplicate')
  })

  it('keeps what is fresh again by a clock that was set back', () => {
    let passed = 0
    const guard = createMemoryReplayGuard({ capacity: 1, elapsed: () => passed })
    void guard.claim('a', times(0))
    void guard.commit('a', times(0))
    passed = 500
    for (const now of [-99, 0, 99]) {
      expect(claimOrFull(guard, 'b', times(now))).toBe('full')
      expect(guard.claim('a', times(now))).toBe('duplicate')
    }
    expect(guard.claim('b', times(-100))).toBe('claimed')
  })

  it('is not filled by handlers that never end', () => {
    const guard = createTimedGuard({ capacity: 10 })
    for (let index = 0; index < 1000; index++) {
      const terms = times(index * 10, `claim ${index}`)
      expect(guard.claim(`key ${index}`, { ...terms, retentionMs: 1e9 })).toBe('claimed')
      if (index % 3 === 0) void guard.commit(`key ${index}`, terms)
    }
  })

  it('forgets a claim at its retention', () => {
    const guard = createTimedGuard()
    void guard.claim('stuck', times(0))
    expect(guard.claim('stuck', times(999))).toBe('pending')
    expect(guard.claim('stuck', times(1000, 'later'))).toBe('claimed')
    void guard.commit('stuck', times(0))
    expect(guard.claim('stuck', times(1001))).toBe('pending')
  })

  it('forgets no key that another receiver still needs', () => {
    const guard = createTimedGuard({ capacity: 2 })
    const slow: ReplayTerms = { ...times(0), minimumMs: 900 }
    void guard.claim('slow', slow)
    void guard.commit('slow', slow)
    for (const now of [0, 100, 200]) expect(guard.claim(`quick ${now}`, times(now))).toBe('claimed')
    expect(guard.claim('slow', { ...slow, now: 300 })).toBe('duplicate')
  })

  it('lets nothing pass twice, and is full only when it must be', () => {
    const jump = fc.oneof(
      { weight: 9, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: -2_000, max: 2_000 }) },
    )
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      after: fc.nat(60),
      jump,
      does: fc.constantFrom('claim', 'claim', 'commit', 'release'),
    })
    interface Known {
      readonly terms: ReplayTerms
      readonly at: number
      done: boolean
      wasNeeded: boolean
    }
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
        let passed = 0
        const guard = createMemoryReplayGuard({ capacity, elapsed: () => passed })
        const known = new Map<string, Known>()
        let now = 0
        const isNeeded = ({ terms, at }: Known): boolean => passed - at < 100 || Math.abs(now - terms.now) < 100
        for (const [index, { key, after, jump: by, does }] of steps.entries()) {
          passed += after
          // The clock may be set; time passes all the same.
          now += after + by
          const own = known.get(key)
          if (does !== 'claim') {
            if (own === undefined) continue
            void guard[does](key, own.terms)
            if (does === 'commit') own.done = true
            else if (!own.done) known.delete(key)
            continue
          }
          const terms = times(now, `claim ${index}`)
          // Those behind a key that is needed wait for it.
          let isBehind = false
          const kept = [...known.values()].filter((one) => (isBehind ||= isNeeded(one)))
          for (const one of known.values()) one.wasNeeded &&= isNeeded(one)
          const answer = claimOrFull(guard, key, terms)
          if (own?.wasNeeded && now < own.terms.now + 1000) expect(answer).toBe(own.done ? 'duplicate' : 'pending')
          if (answer === 'full') expect(kept.length).toBeGreaterThanOrEqual(capacity)
          if (answer !== 'claimed') continue
          known.delete(key)
          known.set(key, { terms, at: passed, done: false, wasNeeded: true })
        }
      }),
      { numRuns: 1000 },
    )
  })

  it.each([
    ['40,000 handlers are at work', 200_000, false, 1],
    ['it is full of done events', 1_000, true, 40_000],
    ['40,000 claims expire at once', 200_000, false, 1_000],
    ['the clock was set back', 1_000, true, 20_000],
  ])('looks at few keys per claim while %s', (_name, capacity, isDone, start) => {
    const guard = createTimedGuard({ capacity })
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
      const now = counted(start + index)
      void claimOrFull(guard, `next ${index}`, { ...times(0, `next ${index}`), now })
    }
    expect(looks).toBeLessThan(100 * 20)
  })
})

/** A guard whose clock is right: the time passes that it shows. */
function createTimedGuard(options?: MemoryReplayGuardOptions): ReplayGuard {
  let passed = 0
  const guard = createMemoryReplayGuard({ ...options, elapsed: () => passed })
  const claim: ReplayGuard['claim'] = (key, terms) => {
    passed = terms.now
    return guard.claim(key, terms)
  }
  return { ...guard, claim }
}

function claimOrFull(guard: ReplayGuard, key: string, terms: ReplayTerms): unknown {
  try {
    return guard.claim(key, terms)
  } catch (error) {
    expect(error).toMatchObject({ code: 'REPLAY_GUARD_FULL' })
    return 'full'
  }
}
