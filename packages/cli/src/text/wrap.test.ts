import { describe, expect, it } from 'vitest'
import { breakLines, columnsOf, hang, wrapLines } from './wrap.ts'

const words = 'one two three four five six seven eight nine ten eleven twelve thirteen'

describe('columnsOf', () => {
  it.each([
    [true, 80, 80],
    [true, 40, 60],
    [true, 0, 80],
    [true, 132, 132],
    [false, 80, Infinity],
  ])('takes isTTY %s and %s columns as %s', (isTTY, columns, expected) => {
    expect(columnsOf({ isTTY, columns })).toBe(expected)
  })
})

describe('hang', () => {
  it('begins further lines below the text', () => {
    expect(hang('  note  ', words, 60)).toBe(
      '  note  one two three four five six seven eight nine ten\n        eleven twelve thirteen',
    )
  })

  it('leaves a pipe its line', () => {
    expect(hang('  note  ', words, Infinity)).toBe(`  note  ${words}`)
  })

  it('begins below a label that leaves no room', () => {
    expect(hang('x'.repeat(40), 'short text', 60)).toBe(`${'x'.repeat(40)}\n    short text`)
  })

  it('keeps a long word whole on its own line', () => {
    const path = `/${'a'.repeat(70)}`
    expect(hang('note  ', `see ${path} for more`, 60)).toBe(`note  see\n  ${path}\n      for more`)
    expect(hang('note  ', path, 60)).toBe(`note\n  ${path}`)
  })

  it('stays readable in a wide terminal', () => {
    const longest = Math.max(
      ...hang('', `${words} ${words} ${words}`, 300)
        .split('\n')
        .map(({ length }) => length),
    )
    expect(longest).toBeLessThanOrEqual(100)
  })

  it('counts two columns for wide characters and emoji', () => {
    expect(hang('', '漢字'.repeat(7) + ' 👩‍🚀'.repeat(20), 60).split('\n')).toHaveLength(2)
  })
})

describe('wrapLines', () => {
  it('touches only lines that are too wide', () => {
    expect(wrapLines(`  a   b\n${words}\n`, 60)).toBe(
      '  a   b\none two three four five six seven eight nine ten eleven\n  twelve thirteen\n',
    )
  })

  it('does not count colours', () => {
    const painted = `\u001b[1234;5678;31m${'x'.repeat(58)}\u001b[39m y`
    expect(wrapLines(painted, 60)).toBe(painted)
  })
})

describe('breakLines', () => {
  it.each([
    ['one two three', 8, ['one two', 'three']],
    ['a\nb', 8, ['a', 'b']],
    ['abcdefghij', 4, ['abcd', 'efgh', 'ij']],
    ['漢字漢字漢', 4, ['漢字', '漢字', '漢']],
    ['', 8, ['']],
    ['  "key": abcdefghijklm', 8, ['  "key":', 'abcdefgh', 'ijklm']],
  ])('wraps %j at %d columns', (text, width, lines) => {
    expect(breakLines(text, width)).toEqual(lines)
  })
})
