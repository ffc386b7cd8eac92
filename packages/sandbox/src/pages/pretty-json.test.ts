import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { indentJson } from './pretty-json.ts'

const all = { most: 1_000_000, longestString: 1_000_000 }

describe('indentJson', () => {
  it('indents any JSON as JSON.stringify does', () => {
    fc.assert(
      fc.property(fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue())), (value) => {
        for (const space of [undefined, 1, '\t'])
          expect(indentJson(JSON.stringify(value, undefined, space), all)).toBe(JSON.stringify(value, undefined, 2))
      }),
    )
  })

  it('keeps numbers, escapes and repeated names as they are written', () => {
    const text = String.raw`{"a":42000000000000000001,"a":1.10,"b":"\u00e9\/ {[,:"}`
    expect(indentJson(text, all)?.replaceAll(/\n\s*|(?<=:) (?=[\d"])/g, '')).toBe(text)
  })

  it('returns nothing for other text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/^\s*[[{]/.test(text))
        expect(indentJson(text, all)).toBeUndefined()
      }),
    )
  })

  it('cuts a long string', () => {
    const text = JSON.stringify({ archive: 'UEsDB'.repeat(100_000), after: 1 })
    const shown = indentJson(text, { most: 1_000, longestString: 20 })!
    expect(shown).toBe('{\n  "archive": "UEsDBUEsDBUEsDBUEsD… (499981 more characters)",\n  "after": 1\n}')
  })

  it('stays small for hostile nesting', () => {
    const depth = 5_000
    const text = '['.repeat(depth) + ']'.repeat(depth)
    expect(indentJson(text, { ...all, most: 10_000 })!.length).toBeLessThan(10_200)
    expect(indentJson(text, all)!.length).toBeLessThan(depth * 200)
  })
})
