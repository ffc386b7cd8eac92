import { describe, expect, it } from 'vitest'
import { toAge, toSpan } from './amounts.ts'

describe('toSpan', () => {
  it.each([
    [0, '0s'],
    [59_999, '59s'],
    [60_000, '1m'],
    [3_599_999, '59m'],
    [7_200_000, '2h'],
    [86_400_000 * 1_500, '1,500d'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(toSpan(ms)).toBe(text)
  })
})

describe('toAge', () => {
  it('tells the past from the future', () => {
    expect([toAge(0, 60_000), toAge(60_000, 0), toAge(5, 5)]).toEqual(['1m ago', 'in 1m', '0s ago'])
  })
})
