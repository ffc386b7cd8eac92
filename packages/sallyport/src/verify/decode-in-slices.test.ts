import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeInSlices } from './decode-in-slices.ts'
import { decodeBody } from './decode.ts'
import { readExact, readId } from './exact-json.ts'
import { leastLength } from './find-long-texts.ts'
import { LongText } from './long-text.ts'

const provider = { longText: ['a'] }
const plain = 'QUJD+/==~ '.repeat(leastLength).slice(0, leastLength)

/** Decodes both ways; the long texts become text, and are counted. */
async function decodeBoth(bytes: Uint8Array) {
  let count = 0
  const toText = (value: unknown): unknown => {
    if (value instanceof LongText) return (count++, value.toString())
    if (Array.isArray(value)) return value.map(toText)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toText(member)]))
  }
  const sliced = await decodeInSlices(bytes, provider)
  return { sliced: sliced.ok ? { ok: true, body: toText(sliced.body) } : sliced, whole: decodeBody(bytes), count }
}

async function expectSame(bytes: Uint8Array): Promise<number> {
  const { sliced, whole, count } = await decodeBoth(bytes)
  // A comparison by `expect` prints megabytes, and takes as long as all the rest.
  if (JSON.stringify(sliced) !== JSON.stringify(whole)) throw new Error(`differs: ${shorten(bytes)}`)
  return count
}

const shorten = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1').replaceAll(plain.slice(9, -9), '…')

describe('decodeInSlices', () => {
  it.each<[name: string, text: string, count: number]>([
    ['a member', `{"a":"${plain}"}`, 1],
    ['one byte less', `{"a":"${plain.slice(1)}"}`, 0],
    ['the last of two members of one name', `{"a":"${plain}","a":"${plain}x"}`, 1],
    ['a short member after a long one of its name', `{"a":"${plain}","a":1}`, 0],
    ['another member', `{"b":"${plain}"}`, 0],
    ['lists and objects at its place', `{"a":[[{"b":"${plain}"}],"${plain}"]}`, 0],
    ['a member of its name elsewhere', `{"b":{"a":"${plain}"},"c":[{"a":"${plain}"}],"a":{"a":"${plain}"}}`, 0],
    ['a member of its name elsewhere and there', `{"b":{"a":"${plain}"},"a":"${plain}"}`, 1],
    ['white space', `\ufeff \t{ "a"\r\n:\n "${plain}" , "b" : "\\"" } `, 1],
    ['an escaped name', `{"\\u0061\\"":"${plain}","b\\\\":"${plain}","\\u0061":"${plain}"}`, 1],
    ['a long name', `{"${plain}" : "${plain}"}`, 0],
    ['an escaped quote', `{"a":"${plain}\\"${plain}"}`, 0],
    ['an escaped slash', `{"a":"${plain}\\/"}`, 0],
    ['an escaped letter', `{"a":"\\u0041${plain}"}`, 0],
    ['a backslash at the end of the string before', `{"b":"${plain}\\\\","a":"${plain}"}`, 1],
    ['a letter beyond ASCII', `{"a":"${plain}é"}`, 0],
    ['DEL', `{"a":"${plain}\u007f"}`, 1],
    ['a member that reaches a prototype', `{"__proto__":{"a":"${plain}"},"a":"${plain}"}`, 1],
    ['an escaped one', `{"\\u005f_proto__":"${plain}","constructor":{"prototype":"${plain}"}}`, 0],
    ['no object', `"${plain}"`, 0],
    ['a list', `["${plain}"]`, 0],
  ])('reads %s as decodeBody does', async (_name, text, count) => {
    expect(await expectSame(Buffer.from(text))).toBe(count)
  })

  it.each<[name: string, text: string | number[], code: string]>([
    ['a control character', `{"a":"${plain}\n"}`, 'BODY_NOT_JSON'],
    ['a control character in front', `{"a":"\u0000${plain}"}`, 'BODY_NOT_JSON'],
    ['no end', `{"a":"${plain}`, 'BODY_NOT_JSON'],
    ['a quote too many', `{"a":"${plain}""}`, 'BODY_NOT_JSON'],
    ['another escape', `{"a":"${plain}\\x"}`, 'BODY_NOT_JSON'],
    ['a string in the place of a name', `{"${plain}"}`, 'BODY_NOT_JSON'],
    ['single quotes', `{'a':'"${plain}"'}`, 'BODY_NOT_JSON'],
    ['two documents', `{"a":"${plain}"}{}`, 'BODY_NOT_JSON'],
  ])('rejects %s as decodeBody does', async (_name, text, code) => {
    expect((await decodeBoth(Buffer.from(text as string))).sliced).toEqual({ ok: false, code })
    await expectSame(Buffer.from(text as string))
  })

  it.each([0, 1, 2, 3, 4, 5])('rejects bytes that are not UTF-8 at offset %i, also beside other faults', async (at) => {
    for (const rest of ['"}', '\n"}', '']) {
      const bytes = Buffer.from(`{"a":"${plain}${rest}`)
      bytes[6 + at] = 0xff
      expect((await decodeBoth(bytes)).sliced).toEqual({ ok: false, code: 'BODY_NOT_UTF8' })
    }
  })

  it('finds a control character at every place of a word', async () => {
    for (let at = 0; at < 9; at++)
      for (const shift of [0, 1, 2, 3]) {
        const bytes = new Uint8Array(Buffer.from(`${'x'.repeat(shift)}{"a":"${plain}"}`)).subarray(shift)
        bytes[6 + at] = 0x1f
        expect((await decodeBoth(bytes)).sliced).toEqual({ ok: false, code: 'BODY_NOT_JSON' })
      }
  })

  it('keeps digits beside a long text', async () => {
    const decoded = await decodeInSlices(Buffer.from(`{"id":9007199254740993,"a":"${plain}"}`), provider)
    if (!decoded.ok) throw new Error(decoded.code)
    expect(readId(decoded.body, 'id')).toBe('9007199254740993')
    expect(JSON.stringify(readExact(decoded.body))).toBe(`{"id":9007199254740993,"a":"${plain}"}`)
    expect(JSON.stringify(decoded.body['a'])).toBe(`"${plain}"`)
  })

  it('takes the member of a longer path, and no other', async () => {
    const bytes = Buffer.from(`{"a":{"b":"${plain}","a":"${plain}"},"b":"${plain}","c":{"a":{"b":"${plain}"}}}`)
    const decoded = await decodeInSlices(bytes, { longText: ['a', 'b'] })
    const text = new LongText(Buffer.from(plain))
    const expected = { a: { b: text, a: plain }, b: plain, c: { a: { b: plain } } }
    expect(decoded.ok && decoded.body).toEqual(expected)
  })

  it('takes little beside the text for millions of other values', async () => {
    const list = '[' + '1,'.repeat(2_000_000) + '1]'
    const bytes = Buffer.from(`{"a":"${plain}","b":"${plain}","c":${list}}`)
    const held = (): number => process.memoryUsage().heapUsed
    const before = held()
    const decoded = await decodeInSlices(bytes, provider)
    // The list itself takes 8 bytes for each item; a walk that makes objects takes ten times as much.
    expect(held() - before).toBeLessThan(80e6)
    expect(decoded.ok && (decoded.body['c'] as unknown[]).length).toBe(2_000_001)
  })

  it('leaves the texts of other providers as they are', async () => {
    const bytes = Buffer.from(`{"a":"${plain}"}`)
    expect(await decodeInSlices(bytes, {})).toEqual({ ok: true, body: { a: plain } })
    const form = Buffer.from(`a="${plain}"`)
    expect(await decodeInSlices(form, { ...provider, forms: true })).toEqual(decodeBody(form, { forms: true }))
  })

  const long = fc.constantFrom(
    `"${plain}"`,
    `"${plain}${plain}x"`,
    `"${plain}\\u00e9"`,
    `"${plain}\\ud800"`,
    `"\\\\${plain}"`,
    `"${plain}é"`,
    `"${plain}\u007f"`,
  )
  const leaf = fc.oneof(long, fc.constantFrom('1', '"b"', '"\\""', 'null', '1e400', '"\\\\"', '12345678901234567890'))
  const space = fc.constantFrom('', '', ' ', '\n\t')
  const name = fc.constantFrom(
    '"a"',
    '"a"',
    '"\\u0061"',
    '"b"',
    '"__proto__"',
    '"constructor"',
    '"prototype"',
    `"${plain}"`,
  )
  const { value } = fc.letrec<{ value: string }>((tie) => {
    const list = fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(',')}]`)
    const member = fc
      .tuple(space, name, space, tie('value'))
      .map((parts) => `${parts.slice(0, 3).join('')}:${parts[3]}`)
    const object = fc.array(member, { maxLength: 4 }).map((members) => `{${members.join(',')}}`)
    return { value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, list, object) }
  })
  const member = fc.tuple(name, value, space).map(([key, item, gap]) => `${key}:${item}${gap}`)
  const document = fc.array(member, { minLength: 1, maxLength: 4 }).map((members) => `{${members.join(',')}}`)

  it('gives what decodeBody gives, for any document', async () => {
    await fc.assert(
      fc.asyncProperty(document, async (text) => void (await expectSame(Buffer.from(text)))),
      { numRuns: 150 },
    )
  })

  const anyByte = fc.constantFrom(0x22, 0x5c, 0x2c, 0x3a, 0x7b, 0x7d, 0x00, 0x0a, 0x41, 0x80, 0xc3, 0xff)

  it('gives what decodeBody gives, for any damaged document', async () => {
    await fc.assert(
      fc.asyncProperty(document, fc.nat(), anyByte, fc.constantFrom(0, 1), async (text, place, byte, gone) => {
        const bytes = Buffer.from(text)
        // Often at the edge of a string, where damage matters most.
        const edge = place % 2 === 0 ? bytes.indexOf('"', place % bytes.length) : place % bytes.length
        const at = Math.max(0, edge) + (place % 3)
        await expectSame(Buffer.concat([bytes.subarray(0, at), Buffer.from([byte]), bytes.subarray(at + gone)]))
        await expectSame(bytes.subarray(0, at))
      }),
      { numRuns: 300 },
    )
  })
})
