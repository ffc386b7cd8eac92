import { describe, expect, it } from 'vitest'
import { fit, wrapTo } from './fit.ts'

describe('fit', () => {
  it.each([
    ['abc', 5, 'abc  '],
    ['abcdef', 4, 'abc…'],
    ['漢字漢字', 5, '漢字…'],
    ['漢字漢字', 4, '漢… '],
    ['x', 0, ''],
  ])('fits %j into %d columns', (text, width, expected) => {
    expect(fit(text, width)).toBe(expected)
  })

  it('aligns to the right', () => {
    expect(fit('9 ms', 6, 'right')).toBe('  9 ms')
  })
})

describe('wrapTo', () => {
  it.each([
    ['one two three', 8, ['one two', 'three']],
    ['a\nb', 8, ['a', 'b']],
    ['abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    ['漢字漢字漢', 4, ['漢字', '漢字', '漢']],
    ['', 8, ['']],
  ])('wraps %j at %d columns', (text, width, lines) => {
    expect(wrapTo(text, width)).toEqual(lines)
  })
})
