import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBody } from './decode.ts'
import { readExact, readId } from './exact-json.ts'
import { hasEscapedName } from './parse-json.ts'

const decode = (text: string) => decodeBody(Buffer.from(text, 'utf8'))

describe('decodeBody', () => {
  it('reads what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const text = JSON.stringify(value)
        // `JSON.parse` is no oracle for escaped names; parse-json.test.ts has them.
        if (/__proto__|prototype/.test(text) || hasEscapedName(text)) return
        expect(decode(text)).toEqual({ ok: true, body: JSON.parse(text) })
      }),
    )
  })

  it('accepts one byte order mark, and views with an offset', () => {
    const bytes = new Uint8Array(Buffer.from('xx\ufeff{"a":1}')).subarray(2)
    expect(decodeBody(bytes)).toEqual({ ok: true, body: { a: 1 } })
    expect(decode('\ufeff\ufeff{}')).toEqual({ ok: false, code: 'BODY_NOT_JSON' })
  })

  it.each(['5', '"text"', 'null', 'true', '[]', '[{"a":1}]'])('says that %s is no object', (text) => {
    expect(decode(text)).toEqual({ ok: false, code: 'BODY_NOT_OBJECT' })
  })

  it('reads a list as items where the sender writes lists', () => {
    const list = decodeBody(Buffer.from('[{"id":9007199254740993}]'), { lists: true })
    if (!list.ok) throw new Error(list.code)
    expect(list.body).toEqual({ items: [{ id: 9007199254740992 }] })
    expect(readId(list.body, 'items', 0, 'id')).toBe('9007199254740993')
    expect(JSON.stringify(readExact(list.body, 'items'))).toBe('[{"id":9007199254740993}]')
    expect(decodeBody(Buffer.from('{"a":1}'), { lists: true })).toEqual({ ok: true, body: { a: 1 } })
    for (const text of ['5', '"text"', 'null', 'true'])
      expect(decodeBody(Buffer.from(text), { lists: true })).toEqual({ ok: false, code: 'BODY_NOT_OBJECT' })
  })

  it.each(['', '{', '{"a":1}x', "{'a':1}", '{"a":NaN}', '\u0000{}'])('says that %j is no JSON', (text) => {
    expect(decode(text)).toEqual({ ok: false, code: 'BODY_NOT_JSON' })
  })

  it.each([[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82], [0xf5, 0x80, 0x80, 0x80]])(
    'says that bytes %s… are no UTF-8',
    (...bytes) => {
      expect(decodeBody(Buffer.from([0x22, ...bytes, 0x22]))).toEqual({ ok: false, code: 'BODY_NOT_UTF8' })
    },
  )

  it('drops members that could reach a prototype, also escaped', () => {
    const text = String.raw`{"__proto__":{"x":1},"a":[{"\u005f\u005fproto__":{"x":1},"constructor":{"prototype":{"x":1}}}],"constructor":"kept","b":{"constructor":{"name":"kept"}}}`
    const decoded = decode(text)
    expect(decoded.ok && JSON.stringify(decoded.body)).toBe(
      '{"a":[{}],"constructor":"kept","b":{"constructor":{"name":"kept"}}}',
    )
  })

  it('survives nesting deeper than any stack', () => {
    const depth = 200_000
    const result = decode(`{"a":${'['.repeat(depth)}"\\u0000"${']'.repeat(depth)}}`)
    expect(['BODY_NOT_JSON', undefined]).toContain('code' in result ? result.code : undefined)
  })
})
