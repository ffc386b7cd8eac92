import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskBody } from './mask-body.ts'

const mask = (text: string): string => Buffer.from(maskBody(Buffer.from(text))).toString()

function hide(value: unknown): unknown {
  if (value === null) return null
  if (Array.isArray(value)) return value.map(hide)
  if (typeof value !== 'object') return '•••'
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, hide(one)]))
}

describe('maskBody', () => {
  it('hides every value of JSON, and nothing else', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.constantFrom(undefined, 1, '\t', '\r\n '), (json, space) => {
        const text = JSON.stringify(JSON.parse(json), undefined, space)
        expect(mask(text)).toBe(JSON.stringify(hide(JSON.parse(text)), undefined, space))
      }),
    )
  })

  it.each([
    ['{"a" : 1E+5, "b":-0.0e-7 }', '{"a" : "•••", "b":"•••" }'],
    [String.raw`["\"", "\\", "a\\\"b", {"\\\"": "\\"}]`, String.raw`["•••", "•••", "•••", {"\\\"": "•••"}]`],
    [' [true,false,null,"",{}]\n', ' ["•••","•••",null,"•••",{}]\n'],
    ['900719925474099123', '"•••"'],
    ['{"a":1', '[6 bytes]'],
    ['name=ada', '[8 bytes]'],
    ['', '[0 bytes]'],
  ])('makes %s to %s', (text, masked) => expect(mask(text)).toBe(masked))

  it('hides what is no UTF-8 whole', () => {
    expect(Buffer.from(maskBody(Buffer.from([0x22, 0xff, 0x22]))).toString()).toBe('[3 bytes]')
  })

  it('takes deep nesting and long runs without a stack or a second', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000)
    expect(mask(deep)).toBe(deep)
    const spaces = `{"a"${' '.repeat(500_000)}:${'1'.repeat(500_000)}}`
    expect(mask(spaces)).toBe(`{"a"${' '.repeat(500_000)}:"•••"}`)
    expect(mask(`"${'\\"'.repeat(500_000)}"`)).toBe('"•••"')
  })
})
