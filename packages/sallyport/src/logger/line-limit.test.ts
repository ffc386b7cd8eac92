import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LineLimit } from './line-limit.ts'

describe('LineLimit', () => {
  it('lets some of each kind through in a window, and counts the others', () => {
    const limit = new LineLimit(2, 1_000)
    const taken = ['a', 'a', 'a', 'b', 'a'].map((key) => limit.take(key, 10).mayWrite)
    expect(taken).toEqual([true, true, false, true, false])
    expect(limit.take('a', 1_009)).toEqual({ mayWrite: false })
    expect(limit.take('a', 1_010)).toEqual({ mayWrite: true, leftOut: { key: 'a', count: 3, since: 10 } })
    expect(limit.take('b', 1_010)).toEqual({ mayWrite: true })
    expect(limit.end()).toEqual([])
  })

  it('says at the end what was left out', () => {
    const limit = new LineLimit(1, 1_000)
    for (const now of [5, 6, 7]) limit.take('a', now)
    expect(limit.end()).toEqual([{ key: 'a', count: 2, since: 5 }])
    expect(limit.end()).toEqual([])
  })

  it('loses no line, whatever the clock does', () => {
    const line = fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 5_000 }))
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const limit = new LineLimit(3, 1_000)
        let written = 0
        let leftOut = 0
        for (const [key, now] of lines) {
          const taken = limit.take(key, now)
          if (taken.mayWrite) written++
          leftOut += taken.leftOut?.count ?? 0
        }
        leftOut += limit.end().reduce((sum, { count }) => sum + count, 0)
        expect(written + leftOut).toBe(lines.length)
      }),
    )
  })
})
