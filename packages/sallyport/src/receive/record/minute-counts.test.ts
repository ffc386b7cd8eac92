import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MinuteCounts } from './minute-counts.ts'

const count = (size: number, minutes: readonly number[]): [number, number][] => {
  const counts = new MinuteCounts(size)
  for (const minute of minutes) counts.add(minute)
  return [...counts.read()].map(([minute, found]) => [minute, found])
}

/** The same with a map. */
function countSlowly(size: number, minutes: readonly number[]): [number, number][] {
  let counts = new Map<number, number>()
  let latest: number | undefined
  for (const minute of minutes) {
    if (latest !== undefined && minute <= latest - size) counts = new Map()
    latest = latest === undefined || counts.size === 0 ? minute : Math.max(latest, minute)
    const oldest = latest - size
    counts.set(minute, (counts.get(minute) ?? 0) + 1)
    counts = new Map([...counts].filter(([one]) => one > oldest))
  }
  return [...counts].toSorted(([one], [other]) => one - other)
}

describe('MinuteCounts', () => {
  it('counts the latest minutes, oldest first', () => {
    expect(count(3, [])).toEqual([])
    expect(count(3, [10, 10, 11, 13])).toEqual([
      [11, 1],
      [13, 1],
    ])
    expect(count(1, [-5, -5])).toEqual([[-5, 2]])
  })

  it('counts a clock that goes back a little', () => {
    expect(count(3, [10, 11, 10])).toEqual([
      [10, 2],
      [11, 1],
    ])
  })

  it('begins again with a clock that goes back far', () => {
    expect(count(3, [1_000_000, 10, 11])).toEqual([
      [10, 1],
      [11, 1],
    ])
  })

  it('counts any sequence as a map does', () => {
    const minute = fc.oneof(fc.integer({ min: -20, max: 20 }), fc.constantFrom(-1e11, 1e11))
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.array(minute), (size, minutes) => {
        expect(count(size, minutes)).toEqual(countSlowly(size, minutes))
      }),
    )
  })
})
