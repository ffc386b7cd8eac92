import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodePercent, readParameters, withParameter } from './url-parameters.ts'

describe('readParameters', () => {
  it.each([
    ['/hooks', []],
    ['/hooks?a=1', []],
    ['/hooks?token=x', ['x']],
    ['/hooks?a=1&token=x=y&b', ['x=y']],
    ['/hooks?token=x&t%6fken=y&token', ['x', 'y', '']],
    ['/hooks?token=x#token=y', ['x']],
    ['/hooks#?token=x', []],
    ['/hooks?Token=x&%zz=1', []],
    ['/token=x', []],
  ])('reads %s', (url, values) => expect(readParameters(url, 'token')).toEqual(values))
})

describe('withParameter', () => {
  it.each([
    ['/hooks', '/hooks?token=a%20%26'],
    ['/hooks?a=1', '/hooks?a=1&token=a%20%26'],
    ['/hooks?token=old&a=1#part', '/hooks?a=1&token=a%20%26'],
  ])('writes into %s', (url, expected) => expect(withParameter(url, 'token', 'a &')).toBe(expected))

  it('writes what is read again', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 })
    fc.assert(
      fc.property(text, text, (name, value) => {
        const url = withParameter(withParameter('/hooks?a=1', name, 'other'), name, value)
        expect(readParameters(url, name).map(decodePercent)).toEqual([value])
      }),
    )
  })
})
