import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSlicer, type Slicer } from '../zip/slicer.ts'
import { JsonFault, type JsonFaultKind } from './json-fault.ts'
import { parseJson, parseJsonNow } from './parse-json.ts'

type Outcome = { readonly value: unknown } | { readonly kind: JsonFaultKind; readonly place: string }

function parse(text: string): Outcome {
  try {
    return { value: parseJsonNow(text) }
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error
    return { kind: error.kind, place: error.place }
  }
}

// Names with a backslash are left out of what is compared with it: V8 of Node 24 misreads escaped ones.
function parseNatively(text: string): Outcome | 'syntax' {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return 'syntax'
  }
}

/** A document as a tree: members in a list, so that a name can be there twice. */
type Tree = string | number | boolean | null | { readonly list: Tree[] } | { readonly members: [string, Tree][] }

const names = fc.constantFrom('a', 'b', 'aa', '', '__proto__', 'constructor', '0', '00', 'é', '\ud83d\ude00', '"', '\\')
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<Tree>(null, true, 0, 1.5e300, 'text', 'a"\\\u0001'),
    fc.record({ list: fc.array(tie('tree'), { maxLength: 4 }) }),
    fc.record({ members: fc.array(fc.tuple(names, tie('tree')), { maxLength: 4 }) }),
  ),
}))

/** Writes a tree; names at random with or without escapes, and white space between tokens. */
function write(value: Tree, random: (most: number) => number): string {
  const gap = ['', ' ', '\n', '\r\n\t'][random(4)]!
  if (typeof value !== 'object' || value === null) return gap + JSON.stringify(value) + gap
  if ('list' in value) return `${gap}[${value.list.map((item) => write(item, random)).join(',')}${gap}]`
  const members = value.members.map(([name, item]) => `${gap}${writeName(name, random)}${gap}:${write(item, random)}`)
  return `${gap}{${members.join(',')}${gap}}${gap}`
}

function writeName(name: string, random: (most: number) => number): string {
  const escape = (unit: string): string => String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  return `"${name.replaceAll(/[^]/g, (unit) => (random(3) === 0 || /["\\]/.test(unit) ? escape(unit) : unit))}"`
}

/** The slow way: compares each name of an object with each other. */
function repeats(value: Tree): boolean {
  if (typeof value !== 'object' || value === null) return false
  if ('list' in value) return value.list.some(repeats)
  const all = value.members
  return (
    all.some(([name], index) => all.some(([other], place) => place < index && other === name)) ||
    all.some(([, item]) => repeats(item))
  )
}

/** What a tree means. */
function toValue(value: Tree): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('list' in value) return value.list.map(toValue)
  return Object.fromEntries(value.members.map(([name, item]) => [name, toValue(item)]))
}

const randomFrom = (seed: number) => {
  let state = seed
  return (most: number): number => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) % most
}

describe('parseJson', () => {
  it('refuses exactly the documents that repeat a member', () => {
    fc.assert(
      fc.property(tree, fc.nat(), (value, seed) => {
        const text = write(value, randomFrom(seed))
        const outcome = parse(text)
        if (repeats(value)) expect(outcome).toMatchObject({ kind: 'duplicate' })
        else expect(outcome).toEqual({ value: toValue(value) })
      }),
      { numRuns: 2_000 },
    )
  })

  it('accepts and reads what JSON.parse does', () => {
    const plain = '{ } [ ] , : " "a" "b" \\u0061 \\x 1 - 0 . e + 01 1.5e3 true false null nul NaN //'.split(' ')
    const pieces = [...plain, ' ', '\n', '\t', '\f', '\u00a0', '\ufeff', '\u0000', '\ud800']
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), (chosen) => {
        const text = chosen.join('')
        const outcome = parse(text)
        if ('kind' in outcome && outcome.kind === 'duplicate') return
        expect('kind' in outcome ? 'syntax' : outcome).toEqual(parseNatively(text))
      }),
      { numRuns: 20_000 },
    )
  })

  // V8 of Node 24 compares the text of an escaped name, not the name, with that of the last object of this shape.
  it('reads an escaped name after one that ends in a backslash', () => {
    const objects = [String.raw`{"a":0,"interrupt_confi\\":1}`, String.raw`{"a":0,"interrupt_confi\u0067":2}`]
    expect(parse(`[${objects.join(',')}]`)).toEqual({
      value: [
        { a: 0, 'interrupt_confi\\': 1 },
        { a: 0, interrupt_config: 2 },
      ],
    })
  })

  it('says where the second member is', () => {
    expect(parse('{"a":1,\n  "b":[{"c":1,"\\u0063":2}]}')).toEqual({ kind: 'duplicate', place: 'line 2, column 15' })
  })

  it('is never too deep for the stack', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000)
    expect(parse(deep)).toHaveProperty('value')
    expect(parse('{"a":'.repeat(200_000))).toMatchObject({ kind: 'syntax' })
  })

  it('keeps a member __proto__ as a member', () => {
    const value = parseJsonNow('{"__proto__":{"polluted":true}}') as object
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(Object.keys(value)).toEqual(['__proto__'])
  })

  it('locates a member of the outermost object', async () => {
    const text = '{"x":{"here":1}, "here" : {"a":[1, 2]} ,"z":"here"}'
    const { located, value } = await parseJson(text, createSlicer(), { member: 'here' })
    expect(text.slice(located!.start, located!.end)).toBe('{"a":[1, 2]}')
    expect(value).toEqual(JSON.parse(text))
    expect((await parseJson('[{"here":1}]', createSlicer(), { member: 'here' })).located).toBeUndefined()
  })

  it.each([
    ['members', `{"x":{${Array.from({ length: 100_000 }, (_, index) => `"${index.toString(36)}":1`).join(',')}}}`],
    ['empty objects', `[${'{},'.repeat(300_000)}1]`],
    ['numbers', `[${'1,'.repeat(400_000)}1]`],
  ])('pauses at least every 256 steps that are late: %s', async (_, text) => {
    let [pauses, most, since] = [0, 0, 0]
    const slicer: Slicer = {
      ...createSlicer(),
      isOver: (step) => {
        most = Math.max(most, ++since)
        return step % 256 === 0
      },
      pause: async () => {
        pauses++
        since = 0
      },
    }
    await parseJson(text, slicer)
    expect(most).toBe(256)
    expect(pauses).toBeGreaterThan(700)
  })
})
