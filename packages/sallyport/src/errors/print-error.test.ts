import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { print, printError } from './print-error.ts'

let printed: unknown[][]
beforeEach(() => {
  printed = []
  vi.spyOn(console, 'error').mockImplementation((...values) => void printed.push(values))
})
afterEach(() => vi.restoreAllMocks())

describe('printError', () => {
  it('prints a label, and an error with its stack', () => {
    printError('sallyport: ready')
    printError('sallyport: failed:', new TypeError('no'))
    expect(printed).toEqual([
      ['sallyport: ready'],
      [expect.stringMatching(/^sallyport: failed: TypeError: no\n {6}at .*print-error\.test/)],
    ])
  })

  it.each([
    ['an error', new Error('a\u001b[2Jb\u202ec\nsallyport: forged\u2028d')],
    ['a text', 'a\u001b[2Jb\u202ec\nsallyport: forged\u2028d'],
    ['an object', { 'a\u202eb': '\u001b[2J\u2066c' }],
    ['one that prints itself', { [inspect.custom]: () => '\u001b[2J\u202e\nsallyport: forged' }],
  ])('makes %s visible and keeps it off the other lines', (_name, error) => {
    printError('sallyport: failed:', error)
    const [[text]] = printed as [[string]]
    expect(text).toMatch(/\u005cu\{202e\}/)
    expect(text).not.toMatch(/[^\P{C}\n]|\p{Zl}/u)
    expect(text).not.toMatch(/\n\S/)
  })

  it('prints a thrown undefined, and what refuses to be read', () => {
    printError('sallyport:', undefined)
    printError('sallyport:', {
      [inspect.custom]: () => {
        throw new Error('no')
      },
    })
    expect(printed).toEqual([['sallyport: undefined'], ['sallyport: an error that cannot be printed']])
  })

  it('survives an altered console', () => {
    vi.spyOn(console, 'error').mockImplementation(() => {
      throw new Error('no')
    })
    expect(() => printError('sallyport:', new Error('x'))).not.toThrow()
  })
})

describe('print', () => {
  it('leaves colours, and makes all else visible', () => {
    print('\u001b[31m401\u001b[39m \u001b[2J\u202e\nnext')
    expect(printed).toEqual([['\u001b[31m401\u001b[39m \\u{1b}[2J\\u{202e}\nnext']])
  })
})
