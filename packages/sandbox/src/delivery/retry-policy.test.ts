import { describe, expect, it } from 'vitest'
import { toDelay, toRetryPolicy } from './retry-policy.ts'

const policy = toRetryPolicy({ delayMs: 1000, maxDelayMs: 10_000 })

describe('the retry policy', () => {
  it('doubles the wait up to maxDelayMs', () => {
    const waits = [1, 2, 3, 4, 5, 60].map((attempt) => toDelay(policy, attempt, 0, () => 1))
    expect(waits).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000])
  })

  it('shortens a wait by up to 25 % at random', () => {
    expect(toDelay(policy, 1, 0, () => 0)).toBe(750)
  })

  it('honors Retry-After up to maxDelayMs', () => {
    expect(toDelay(policy, 1, 5, () => 0)).toBe(5000)
    expect(toDelay(policy, 1, 500, () => 0)).toBe(10_000)
  })

  it.each([{ attempts: 0 }, { attempts: 1.5 }, { delayMs: -1 }, { delayMs: Number.NaN }, { maxDelayMs: 1 }])(
    'rejects %j',
    (wrong) => {
      expect(() => toRetryPolicy(wrong)).toThrow(/^createSandbox, retry: \w+ must be/)
    },
  )
})
