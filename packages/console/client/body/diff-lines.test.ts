import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diffLines, toComparable } from './diff-lines.ts'

describe('diffLines', () => {
  it('shows what differs, and folds what is equal', () => {
    const body = (amount: number) => JSON.stringify({ id: 'evt_1', list: [...Array(20).keys()], amount })
    const parts = diffLines(toComparable(body(1)), toComparable(body(2)))!
    expect(parts.map(({ kind, lines }) => [kind, lines.length])).toEqual([
      ['equal', 21],
      ['lines', 3],
      ['lines', 1],
      ['lines', 1],
      ['lines', 1],
    ])
    expect(parts.flatMap(({ lines }) => lines.filter(({ sign }) => sign !== ' '))).toEqual([
      { sign: '-', text: '  "amount": 1' },
      { sign: '+', text: '  "amount": 2' },
    ])
  })

  it('holds every line of both', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 40 })
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const all = diffLines(before, after)!.flatMap((part) => part.lines)
        const without = (sign: string) => all.filter((line) => line.sign !== sign).map(({ text }) => text)
        expect(without('+')).toEqual(before)
        expect(without('-')).toEqual(after)
      }),
    )
  })

  it('compares texts that are no JSON by their own lines', () => {
    expect(toComparable('a\r\nb')).toEqual(['a', 'b'])
  })
})
