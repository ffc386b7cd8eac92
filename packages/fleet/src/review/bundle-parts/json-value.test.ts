import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSlicer } from '../../zip/slicer.ts'
import { changedMembers } from './changed-members.ts'
import { previewJson, sameJson } from './json-value.ts'

const same = (one: unknown, other: unknown) => sameJson(one, other, createSlicer())
const changed = (before: unknown, after: unknown) => changedMembers(before, after, createSlicer())

describe('sameJson', () => {
  it('finds values equal in any order of members', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (one, other) => {
        const copy: unknown = JSON.parse(JSON.stringify(one))
        expect(await same(JSON.parse(JSON.stringify(one)), copy)).toBe(true)
        expect(await changed(copy, JSON.parse(JSON.stringify(one)))).toEqual([])
        const [left, right] = [JSON.stringify(one), JSON.stringify(other)]
        if (left === right) expect(await same(JSON.parse(left), JSON.parse(right))).toBe(true)
      }),
    )
    expect(await same({ a: 1, b: [2] }, { b: [2], a: 1 })).toBe(true)
  })

  it.each([
    [1, '1'],
    [null, null, true],
    [[], {}],
    [[1, 2], [1]],
    [{ a: undefined }, {}],
    [{ a: 1 }, { b: 1 }],
    [JSON.parse('{"__proto__": 1}'), {}],
  ])('compares %j and %j', async (one, other, expected = false) => expect(await same(one, other)).toBe(expected))
})

describe('previewJson', () => {
  it('bounds previews', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        expect(previewJson(value).length).toBeLessThan(350)
      }),
    )
    expect(previewJson({ a: ['x', null], b: { c: { d: { e: { f: 1 } } } } })).toBe(
      '{"a": ["x", null], "b": {"c": {"d": {"e": {…}}}}}',
    )
    expect(previewJson('x'.repeat(1_000)).length).toBeLessThan(350)
    expect(previewJson(Array.from({ length: 100_000 }, () => 'word')).length).toBeLessThan(350)
  })
})

describe('changedMembers', () => {
  it('names changes by member and bounds them', async () => {
    expect(await changed({ a: { b: 1, same: 2 } }, { a: { b: 2, same: 2 }, c: {} })).toEqual([
      { member: ['a', 'b'], from: '1', to: '2' },
      { member: ['c'], to: '{}' },
    ])
    expect(await changed({}, { a: { b: { c: true } } })).toEqual([{ member: ['a', 'b', 'c'], to: 'true' }])
    const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`m${index}`, index]))
    expect(await changed({}, many)).toHaveLength(501)
    expect((await changed({}, many)).at(-1)).toEqual({ member: ['…'] })
  })
})
