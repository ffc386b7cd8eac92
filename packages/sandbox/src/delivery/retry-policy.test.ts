import { expect, test } from 'vitest'
import { toDelay, toRetryPolicy } from './retry-policy.ts'

const policy = toRetryPolicy({ delayMs: 1000, maxDelayMs: 10_000 })

test('waits grow twofold up to the longest', () => {
  const waits = [1, 2, 3, 4, 5, 60].map((attempt) => toDelay(policy, attempt, 0, () => 1))
  expect(waits).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000])
})

test('a quarter of a wait is chance', () => {
  expect(toDelay(policy, 1, 0, () => 0)).toBe(750)
})

test('a receiver that asks for time gets it, up to the longest', () => {
  expect(toDelay(policy, 1, 5, () => 0)).toBe(5000)
  expect(toDelay(policy, 1, 500, () => 0)).toBe(10_000)
})

test.each([{ attempts: 0 }, { attempts: 1.5 }, { delayMs: -1 }, { delayMs: Number.NaN }, { maxDelayMs: 1 }])(
  '%j is refused',
  (wrong) => {
    expect(() => toRetryPolicy(wrong)).toThrow(/^retry\./)
  },
)
