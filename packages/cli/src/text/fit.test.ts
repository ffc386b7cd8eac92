import { describe, expect, it } from 'vitest'
import { fit } from './fit.ts'

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
