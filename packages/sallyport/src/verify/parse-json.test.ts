import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBody } from './decode.ts'
import { parseExact, readId } from './exact-json.ts'
import { hasEscapedName, parseJson, readNames } from './parse-json.ts'

const escape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

/** JSON in which some characters of names are escapes, chosen by `isChosen`. */
function writeEscaped(value: unknown, isChosen: () => boolean): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map((item) => writeEscaped(item, isChosen)).join(' , ')}]`
  const members = Object.entries(value).map(([name, member]) => {
    const written = name.split('').map((unit) => (isChosen() ? escape(unit) : JSON.stringify(unit).slice(1, -1)))
    return `"${written.join('')}" : ${writeEscaped(member, isChosen)}`
  })
  return `{ ${members.join(' , ')} }`
}

/** Makes the engine remember a name: what `name` looks like while its character at `place` is an escape. */
function plant(lead: string, name: string, place: number): string {
  const written = name.slice(0, place) + escape(name[place]!) + name.slice(place + 1)
  JSON.parse(`{${lead}${JSON.stringify(written.slice(0, name.length))}:{}}`)
  return written
}

describe('an escaped name', () => {
  const lead = (text: string): string => `"${text}":[],`

  it('is read right by decodeBody, whatever was parsed before', () => {
    for (const [place, name] of ['interrupt_config', 'type', 'event_type', 'id'].entries()) {
      const written = plant(lead(`before body ${place}`), name, place % 2)
      const decoded = decodeBody(Buffer.from(`{${lead(`before body ${place}`)}"${written}":"x"}`))
      expect(decoded).toEqual({ ok: true, body: { [`before body ${place}`]: [], [name]: 'x' } })
    }
  })

  it('is read right by parseExact and readId', () => {
    const written = plant(lead('before exact'), 'order', 4)
    const text = `{${lead('before exact')}"${written}":9007199254740993}`
    expect(JSON.stringify(parseExact(text))).toBe('{"before exact":[],"order":9007199254740993}')
    const decoded = decodeBody(Buffer.from(text))
    expect(decoded.ok && readId(decoded.body, 'order')).toBe('9007199254740993')
  })

  it('may be any name', () => {
    const value = fc.object({
      key: fc.string({ minLength: 1 }),
      values: [fc.string(), fc.nat(), fc.boolean(), fc.constant(null)],
      withObjectString: false,
    })
    let round = 0
    fc.assert(
      fc.property(value, fc.nat(), fc.infiniteStream(fc.boolean()), (object, pick, choices) => {
        const names = Object.keys(object)
        const before = `"round ${round++}":0,`
        if (names.length > 0) {
          const name = names[pick % names.length]!
          plant(before, name, pick % name.length)
        }
        const members = writeEscaped(object, () => choices.next().value!).slice(1)
        const text = names.length > 0 ? `{${before}${members}` : '{}'
        const { [`round ${round - 1}`]: _lead, ...rest } = parseJson(text) as Record<string, unknown>
        expect(Object.entries(rest)).toEqual(Object.entries({ ...object }))
      }),
      { numRuns: 500 },
    )
  })
})

describe('readNames', () => {
  it('reads what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        // `JSON.parse` is no oracle for those.
        if (hasEscapedName(text)) return
        expect(readNames(text)).toEqual(JSON.parse(text))
        expect(Object.keys(readNames(text) ?? {})).toEqual(Object.keys((JSON.parse(text) ?? {}) as object))
      }),
    )
  })

  it('takes the last of two members, as JSON.parse does', () => {
    expect(readNames(String.raw`{"a":1,"b":2,"\u0061":3}`)).toEqual({ a: 3, b: 2 })
  })

  it('defines a member named __proto__', () => {
    const read = readNames(String.raw`{"\u005f_proto__":{"x":1}}`) as object
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
    expect(Object.keys(read)).toEqual(['__proto__'])
  })

  it('survives nesting deeper than any stack', () => {
    const depth = 100_000
    expect(readNames(`{"\\u0061":${'['.repeat(depth)}${']'.repeat(depth)}}`)).toHaveProperty('a')
  })
})

describe('hasEscapedName', () => {
  it.each([
    ['{"a":1}', false],
    [String.raw`{"a":"\n\"\\"}`, false],
    [String.raw`{"a":"\\","b\n":1}`, true],
    [String.raw`{"a":["\"", {"\"" : 1}]}`, true],
    [String.raw`["\":","\\:"]`, false],
    ['{"a\\u0062"\n\t:1}', true],
  ])('of %s is %s', (text, expected) => expect(hasEscapedName(text)).toBe(expected))
})
