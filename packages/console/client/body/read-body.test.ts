import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readBody, readForm, toHexLine } from './read-body.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('readBody', () => {
  it.each([
    ['{"a":1}', 'application/json', 'json'],
    ['{"a":1}', undefined, 'json'],
    ['1', 'application/cloudevents+json; charset=utf-8', 'json'],
    ['a=1&b=2', 'application/x-www-form-urlencoded', 'form'],
    ['<a/>', 'application/xml', 'text'],
    ['', 'application/json', 'empty'],
    ['a\0b', 'text/plain', 'binary'],
  ])('takes %j of type %s for %s', (text, type, kind) => {
    expect(readBody(bytes(text), type).kind).toBe(kind)
  })

  it('takes bytes that are no UTF-8 for binary', () => {
    expect(readBody(Uint8Array.of(0x1f, 0x8b, 0x08), 'application/json').kind).toBe('binary')
  })

  it('reads a text that was cut within a character', () => {
    expect(readBody(bytes('"€').subarray(0, 3), 'text/plain', true)).toEqual({ kind: 'text', text: '"' })
    expect(readBody(bytes('"€').subarray(0, 3), 'text/plain').kind).toBe('binary')
  })

  it('keeps repeated fields of a form', () => {
    expect(readForm('a=1&a=2&b=x%20y')).toEqual([
      ['a', '1'],
      ['a', '2'],
      ['b', 'x y'],
    ])
  })
})

describe('toHexLine', () => {
  it('writes bytes, and the letters among them', () => {
    expect(toHexLine(bytes('{"id":\u0001'), 0)).toBe(
      '00000000  7b 22 69 64 22 3a 01                              {"id":.',
    )
  })

  it('shows every byte once', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (given) => {
        const lines = Array.from({ length: Math.ceil(given.length / 16) }, (_, line) => toHexLine(given, line))
        const hex = lines.map((line) => line.slice(10, 59).replaceAll(' ', '')).join('')
        expect(hex).toBe(Buffer.from(given).toString('hex'))
      }),
    )
  })
})
