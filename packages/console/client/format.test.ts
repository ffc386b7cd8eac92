import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toBytes, toDue, toDuration, toPlural, toRelative } from './format.ts'

describe('times and sizes', () => {
  it.each([
    [41, '41 ms'],
    [1_940, '1.9 s'],
    [12_400, '12 s'],
    [125_000, '2 min'],
    [11_520_000, '3 h 12 min'],
    [7_200_000, '2 h'],
    [500_000_000, '5 d'],
  ])('writes a duration of %d ms as %s', (ms, text) => {
    expect(toDuration(ms)).toBe(text)
  })

  it.each([
    [0, 'now'],
    [-12_000, '12 s'],
    [-150_000, '2 min'],
    [-11_520_000, '3 h'],
    [42_000, 'in 42 s'],
    [-500_000_000, '5 d'],
  ])('writes a time %d ms from now as %s', (ms, text) => {
    expect(toRelative(1e12 + ms, 1e12)).toBe(text)
  })

  it('writes what is overdue as due now', () => {
    expect([-12_000, 0, 42_000].map((ms) => toDue(1e12 + ms, 1e12))).toEqual(['now', 'now', 'in 42 s'])
  })

  it('writes any time', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (at, now) => {
        expect(toRelative(at, now)).toMatch(/^(now|(in )?\d+ (s|min|h|d))$/)
      }),
    )
  })

  it('writes counts and bytes', () => {
    expect([toPlural(1, 'event'), toPlural(12_480, 'event')]).toEqual(['1 event', '12,480 events'])
    expect([toBytes(2_114), toBytes(48_000), toBytes(10_485_760)]).toEqual(['2,114 bytes', '48 kB', '10.5 MB'])
  })
})
