import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeForm, isJsonObject } from './decode-form.ts'
import { decodeBody } from './decode.ts'

const read = (text: string) => decodeBody(Buffer.from(text), { forms: true })
const refused = { ok: false, code: 'BODY_NOT_FORM' }

describe('decodeForm', () => {
  it.each([
    ['a=1&b=2', { a: '1', b: '2' }],
    ['a=1&a=2&a=', { a: ['1', '2', ''] }],
    ['a+b=c+d%2B', { 'a b': 'c d+' }],
    ['a', { a: '' }],
    ['=a', { '': 'a' }],
    ['a=b=c', { a: 'b=c' }],
    ['&&a=1&', { a: '1' }],
    ['', {}],
    ['%C3%BC=ü', { ü: 'ü' }],
    ['payload=%7B%22a%22%3A1%7D', { payload: '{"a":1}' }],
    ['a[b]=1', { 'a[b]': '1' }],
  ])('reads %j', (text, body) => expect(decodeForm(text)).toEqual({ ok: true, body }))

  it.each(['a=%', 'a=%4', '%zz=1', 'a=%FF', 'a=%C0%80', 'a=%ED%A0%80', 'a=%C3'])('refuses %j', (text) =>
    expect(decodeForm(text)).toEqual(refused),
  )

  it('refuses bytes that are not UTF-8', () => {
    expect(decodeBody(Buffer.from([0x61, 0xff]), { forms: true })).toEqual({ ok: false, code: 'BODY_NOT_UTF8' })
  })

  it('reads up to 1,000 fields', () => {
    const fields = (count: number): string => Array.from({ length: count }, (_, index) => `f${index}=1`).join('&')
    expect(Object.keys((decodeForm(fields(1_000)) as { body: object }).body)).toHaveLength(1_000)
    expect(decodeForm(fields(1_001))).toEqual(refused)
    expect(decodeForm('a=1&'.repeat(1_001))).toEqual(refused)
    expect(decodeForm('&'.repeat(1_000_000))).toEqual({ ok: true, body: {} })
  })

  it('keeps fields out of prototypes', () => {
    const { body } = decodeForm('__proto__=x&%5F_proto__=y&constructor=z&toString=a') as { body: object }
    expect(Object.getPrototypeOf(body)).toBe(Object.prototype)
    expect(Object.entries(body)).toEqual([
      ['constructor', 'z'],
      ['toString', 'a'],
    ])
    expect({}).not.toHaveProperty('x')
  })

  it('reads what URLSearchParams writes', () => {
    const text = fc.string({ unit: fc.oneof(fc.constantFrom('&', '=', '+', '%', ' ', '{', 'é', '😀'), fc.string()) })
    const wellFormed = text.filter((each) => each.isWellFormed())
    fc.assert(
      fc.property(fc.array(fc.tuple(wellFormed, wellFormed), { maxLength: 20 }), (pairs) => {
        const form = new URLSearchParams(pairs)
        const { ok, body } = read(String(form)) as { ok: boolean; body: Record<string, string | string[]> }
        expect(ok).toBe(true)
        const names = new Set(form.keys())
        names.delete('__proto__')
        expect(new Set(Object.keys(body))).toEqual(names)
        for (const name of names) expect([body[name]].flat()).toEqual(form.getAll(name))
      }),
    )
  })

  it('reads any bytes as URLSearchParams does, or refuses them', () => {
    const piece = fc.constantFrom('a', '=', '&', '+', '%', '%2', '%41', '%ff', 'ü', '{', '__proto__', '\0')
    const bytes = fc.oneof(
      fc.array(piece).map((pieces) => Buffer.from(pieces.join(''))),
      fc.uint8Array({ maxLength: 64 }).map((given) => Buffer.from(given)),
    )
    fc.assert(
      fc.property(bytes, (given) => {
        fc.pre(!isJsonObject(given))
        const result = decodeBody(given, { forms: true })
        if (!result.ok) {
          expect(['BODY_NOT_FORM', 'BODY_NOT_UTF8']).toContain(result.code)
          return
        }
        const form = new URLSearchParams(`&${given.toString().replace(/^\ufeff/, '')}`)
        form.delete('__proto__')
        expect(Object.keys(result.body).toSorted()).toEqual([...new Set(form.keys())].toSorted())
        for (const [name, value] of Object.entries(result.body)) expect([value].flat()).toEqual(form.getAll(name))
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('a body of a sender of forms', () => {
  it.each([
    ['{"a":1}', { ok: true, body: { a: 1 } }],
    ['\ufeff \r\n\t{"a":1}', { ok: true, body: { a: 1 } }],
    ['{', { ok: false, code: 'BODY_NOT_JSON' }],
    ['[1]', { ok: true, body: { '[1]': '' } }],
    ['%7B%7D', { ok: true, body: { '{}': '' } }],
  ])('is JSON only where its first character is a brace: %j', (text, expected) => expect(read(text)).toEqual(expected))

  it('is never a form for a sender of JSON alone', () => {
    expect(decodeBody(Buffer.from('a=1'))).toEqual({ ok: false, code: 'BODY_NOT_JSON' })
    expect(decodeBody(Buffer.from('a=1'), { forms: false })).toEqual({ ok: false, code: 'BODY_NOT_JSON' })
  })
})
