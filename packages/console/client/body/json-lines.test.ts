import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toJsonLines, toPlainLine } from './json-lines.ts'

const join = (source: string): string => toJsonLines(source).lines.map(toPlainLine).join('\n')

describe('toJsonLines', () => {
  it('writes JSON as JSON.stringify indents it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (source) => {
        const { lines, brokenAt } = toJsonLines(source)
        expect(brokenAt).toBeUndefined()
        expect(JSON.parse(lines.map(toPlainLine).join('\n'))).toEqual(JSON.parse(source))
        // A name that is twice in the source stays twice.
        for (const line of lines) if (line.kind === 'open') expect(lines[line.end!]!.depth).toBe(line.depth)
      }),
    )
    const value = { a: [1, { b: null }], c: {}, d: [], e: 'x' }
    expect(join(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2))
  })

  it('keeps numbers, names and escapes as they were sent', () => {
    const source = String.raw`{"big":42000000000000000001,"exact":1.10,"e":1E+2,"twice":1,"twice":2,"\u0061":"\u202e"}`
    expect(join(source).replaceAll(/\n */g, '').replaceAll('": ', '":')).toBe(source)
  })

  it('counts what an object or list holds', () => {
    const { lines } = toJsonLines('{"a":[1,2,3],"b":{"c":1}}')
    expect(lines.map(({ size }) => size)).toEqual([
      2,
      3,
      undefined,
      undefined,
      undefined,
      undefined,
      1,
      undefined,
      undefined,
      undefined,
    ])
  })

  it.each([
    ['', 0],
    ['{"a":1', 6],
    ['{"a" 1}', 4],
    ['[1,]', 3],
    ['{,}', 1],
    ['[1}', 2],
    ['[1] x', 3],
    ['{"a":}', 5],
    ['nul', 0],
    ['"a', 0],
    ['01', 1],
  ])('says where %j stops to be JSON', (source, brokenAt) => {
    expect(toJsonLines(source).brokenAt).toBe(brokenAt)
  })

  it('reads the beginning of a text that was cut', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (source, cut) => {
        const { lines } = toJsonLines(source.slice(0, cut % (source.length + 1)))
        for (const line of lines) if (line.kind === 'open') expect(line.end).toBeLessThanOrEqual(lines.length)
      }),
    )
  })

  it('accepts exactly what JSON.parse does', () => {
    const pieces = fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '1', '-', 'true', ' ', '\n', '1.5e3', '.', '\\')
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 9 }), (parts) => {
        const source = parts.join('')
        expect(toJsonLines(source).brokenAt === undefined).toBe(isJson(source))
      }),
      { numRuns: 2_000 },
    )
  })

  it('reads 10,000 levels', () => {
    const depth = 10_000
    const { lines, brokenAt } = toJsonLines('['.repeat(depth) + ']'.repeat(depth))
    expect(brokenAt).toBeUndefined()
    expect(lines).toHaveLength(2 * depth - 1)
    expect(toPlainLine(lines[9_000]!).length).toBeLessThan(100)
  })
})

function isJson(source: string): boolean {
  try {
    JSON.parse(source)
    return true
  } catch {
    return false
  }
}
