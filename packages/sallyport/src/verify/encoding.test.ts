import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeStrict } from './encoding.ts'

describe('decodeStrict', () => {
  it('reads what Node writes, in every encoding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (bytes) => {
        for (const encoding of ['hex', 'base64', 'base64url'] as const) {
          expect(decodeStrict(Buffer.from(bytes).toString(encoding), encoding)).toEqual(Buffer.from(bytes))
        }
      }),
    )
  })

  it('gives each text other bytes, and encodes them back the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'AZaz09+/-_= \n'.split('')), maxLength: 12 }), (text) => {
        const read = decodeStrict(text, 'base64')
        if (read) expect(read.toString('base64')).toBe(text)
      }),
    )
  })

  it.each([
    ['', 'base64'],
    ['====', 'base64'],
    ['A', 'base64'],
    ['AB', 'base64'],
    ['AB==', 'base64'],
    ['AA==\n', 'base64'],
    [' AA==', 'base64'],
    ['AA=A', 'base64'],
    ['A-_A', 'base64'],
    ['A+/A', 'base64url'],
    ['abc', 'hex'],
    ['0x00', 'hex'],
    ['zz', 'hex'],
    ['', 'hex'],
    ['', 'utf8'],
  ] as const)('refuses %j as %s', (text, encoding) => expect(decodeStrict(text, encoding)).toBeUndefined())

  it('accepts base64 without padding only if allowed', () => {
    expect(decodeStrict('AA', 'base64')).toBeUndefined()
    expect(decodeStrict('AA', 'base64', 'optional')).toEqual(Buffer.of(0))
    expect(decodeStrict('AA=', 'base64', 'optional')).toBeUndefined()
    expect(decodeStrict('AA', 'base64url')).toEqual(Buffer.of(0))
  })
})
