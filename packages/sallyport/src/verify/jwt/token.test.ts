import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readToken } from './token.ts'

const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const token = (header: unknown, claims: unknown = {}, signature = 'AAAA'): string =>
  `${encode(header)}.${encode(claims)}.${signature}`

describe('a token', () => {
  it('is read: algorithm, key and claims', () => {
    expect(readToken(token({ alg: 'RS256', kid: 'k', typ: 'jwt' }, { iss: 'a' }))).toMatchObject({
      algorithm: 'RS256',
      keyId: 'k',
      claims: { iss: 'a' },
    })
  })

  it.each([
    ['with two parts', `${encode({ alg: 'HS256' })}.${encode({})}`],
    ['with four parts', `${token({ alg: 'HS256' })}.AAAA`],
    ['with an empty signature', `${encode({ alg: 'none' })}.${encode({})}.`],
    ['with padding', token({ alg: 'HS256' }, {}, 'AA==')],
    ['with leftover bits', token({ alg: 'HS256' }, {}, 'AB')],
    ['in base64', token({ alg: 'HS256' }, {}, 'AA+/')],
    ['with a space', ` ${token({ alg: 'HS256' })}`],
    ['with a line end', `${token({ alg: 'HS256' })}\n`],
    ['whose header is a list', token([])],
    ['whose header is null', token(null)],
    ['whose header is no JSON', token('{')],
    ['whose claims are a text', token({ alg: 'HS256' }, '"claims"')],
    ['whose claims are not UTF-8', `${encode({ alg: 'HS256' })}._w.AAAA`],
    ['without an algorithm', token({})],
    ['with a number for its algorithm', token({ alg: 256 })],
    ['with critical extensions', token({ alg: 'HS256', crit: ['exp'] })],
    ['with an unencoded body', token({ alg: 'HS256', b64: false })],
    ['of another type', token({ alg: 'HS256', typ: 'at+jwt' })],
    ['whose key is no text', token({ alg: 'HS256', kid: {} })],
    ['whose key is too long', token({ alg: 'HS256', kid: 'k'.repeat(257) })],
    ['whose key has a line end', token({ alg: 'HS256', kid: 'a\nb' })],
    ['that is empty', ''],
  ])('%s is malformed', (_, text) => {
    expect(readToken(text)).toBeUndefined()
  })

  it('keeps members that reach a prototype out', () => {
    const claims = readToken(`${encode({ alg: 'HS256' })}.${encode('{"__proto__":{"iss":"a"},"x":1}')}.AAAA`)?.claims
    expect(claims).toEqual({ x: 1 })
    expect(readToken(token('{"__proto__":{"alg":"none"}}'))).toBeUndefined()
  })

  it('is never misread, whatever is written', () => {
    const part = fc.oneof(
      fc.string(),
      fc.json().map(encode),
      fc
        .record(
          { alg: fc.oneof(fc.string(), fc.json()), kid: fc.string(), typ: fc.string(), crit: fc.json() },
          { requiredKeys: [] },
        )
        .map(encode),
      fc.base64String().map((text) => text.replaceAll('=', '')),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        const text = parts.join('.')
        const read = readToken(text)
        if (read === undefined) return
        expect(read.text).toBe(text)
        const [header, claims] = text.split('.').map((one) => Buffer.from(one, 'base64url').toString())
        expect(read.algorithm).toBe((JSON.parse(header!) as { alg: string }).alg)
        expect(Array.isArray(JSON.parse(claims!))).toBe(false)
      }),
      { numRuns: 3_000 },
    )
  })
})
