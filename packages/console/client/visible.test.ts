import fc from 'fast-check'
import { toVisible as ofSallyport } from 'sallyport/provider'
import { describe, expect, it } from 'vitest'
import { toVisible } from './visible.ts'

describe('toVisible', () => {
  it('writes what the command writes', () => {
    const text = fc.string({
      unit: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\u202e', '👩‍💻', '\0', '\n', 'ä')),
    })
    fc.assert(
      fc.property(text, fc.constantFrom('line', 'lines'), (given, form) => {
        expect(toVisible(given, form)).toBe(ofSallyport(given, form))
      }),
    )
  })
})
