import { describe, expect, it } from 'vitest'
import { createMemoryReplayGuard, type ReplayTerms } from './replay-guard.ts'

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
})
