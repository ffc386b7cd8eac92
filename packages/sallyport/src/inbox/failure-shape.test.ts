import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toFailureShape } from './failure-shape.ts'

const shape = (message: string, name = 'Error'): string => toFailureShape({ name, message, stack: [] })

describe('toFailureShape', () => {
  it.each([
    ['no customer cus_Q2 in crm', 'Error: no customer … in crm'],
    ['connect ECONNREFUSED 10.0.0.7:5432', 'Error: connect ECONNREFUSED …'],
    ['items.data[12].price expected object', 'Error: items.data[].price expected object'],
    ['duplicate key (id)=(77)', 'Error: duplicate key (id)=(…)'],
    ['user "Ann" has no plan', 'Error: user … has no plan'],
    ["can't reach 'billing'", "Error: can't reach …"],
    ['no mail for ann@acme.example', 'Error: no mail for …'],
    ['took 12 s, 13 s', 'Error: took … s, … s'],
    ['first line\nsecond 1', 'Error: first line'],
    ['', 'Error'],
  ])('makes %j to %j', (message, expected) => {
    expect(shape(message)).toBe(expected)
  })

  it('joins errors that differ in ids only', () => {
    expect(shape('no order 1 of cus_1')).toBe(shape('no order 234 of cus_9x'))
  })

  it('shows no digit of a message', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 600, unit: 'grapheme' }), (message) => {
        // A cut says how many characters are missing.
        expect(shape(message).replace(/\d+ more/, '')).not.toMatch(/\d/)
      }),
    )
  })

  // A pattern that looks at one place again and again takes minutes for the longest of these.
  it.each([
    'a',
    '1',
    '"',
    "'",
    '`',
    "'a",
    '"a ',
    '@',
    'a@',
    '[',
    '[1',
    '[1]',
    '…',
    '… ',
    '…,',
    ' ',
    ',',
    'a1',
    '\u{1f600}',
  ])('takes time in proportion to the text: %j', (part) => {
    const readMs = (length: number): number => {
      const message = `${part.repeat(length / part.length)}x`
      const start = performance.now()
      shape(message)
      return performance.now() - start
    }
    readMs(600)
    expect(readMs(600)).toBeLessThan(50)
    expect(readMs(200_000)).toBeLessThan(2_000)
  })

  it('is one bounded line for any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 2_000, unit: 'binary' }), (message) => {
        expect(shape(message).length).toBeLessThanOrEqual(250)
        expect(shape(message)).not.toMatch(/\n/)
      }),
    )
  })
})
