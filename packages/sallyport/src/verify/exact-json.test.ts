import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { decodeBody, type JsonObject } from './decode.ts'
import { parseExact, readExact, readId } from './exact-json.ts'

function decode(text: string): JsonObject {
  const decoded = decodeBody(Buffer.from(text))
  if (!decoded.ok) throw new Error(decoded.code)
  return decoded.body
}

describe('readId', () => {
  it.each([
    ['"evt_1"', 'evt_1'],
    ['"1"', '1'],
    ['1', '1'],
    ['1.0', '1'],
    ['-7', '-7'],
    ['9007199254740991', '9007199254740991'],
    ['9007199254740992', '9007199254740992'],
    ['9007199254740993', '9007199254740993'],
    ['-9007199254740993', '-9007199254740993'],
    ['12345678901234567000', '12345678901234567000'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['1e20', '100000000000000000000'],
  ])('reads %s as %s', (json, id) => {
    expect(readId(decode(`{"id":${json}}`), 'id')).toBe(id)
  })

  it.each(['""', 'null', 'true', '1.5', '1e21', '1e400', '9007199254740993.5', '[1]', '{"id":1}'])(
    'finds no id in %s',
    (json) => {
      expect(readId(decode(`{"id":${json}}`), 'id')).toBeUndefined()
    },
  )

  it('follows members and list items, own ones only', () => {
    const body = decode('\ufeff{"a":[{"id":1},{"id":9007199254740993}],"id":"x"}')
    expect(readId(body, 'a', 1, 'id')).toBe('9007199254740993')
    expect(readId(body, 'a', 2, 'id')).toBeUndefined()
    expect(readId(body, 'id', 'length')).toBeUndefined()
    expect(readId(body, 'constructor', 'name')).toBeUndefined()
  })

  it('reads the last of two equal members', () => {
    expect(readId(decode('{"id":9007199254740993,"id":9007199254740995}'), 'id')).toBe('9007199254740995')
  })

  it('finds no id where the digits are unknown', () => {
    expect(readId({ id: 2 ** 53 }, 'id')).toBeUndefined()
    expect(readId({ id: 7 }, 'id')).toBe('7')
    const deep = `{"id":9007199254740993,"deep":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    expect(readId(decode(deep), 'id')).toBeUndefined()
  })
})

describe('a decoded body', () => {
  it('shows nothing of its bytes, and a copy has none', () => {
    const body = decode('{"id":9007199254740993}')
    expect(Reflect.ownKeys(body)).toEqual(['id'])
    expect(Object.getPrototypeOf(body)).toBe(Object.prototype)
    expect(inspect(body, { showHidden: true, showProxy: true })).toBe('{ id: 9007199254740992 }')
    for (const copy of [{ ...body }, structuredClone(body), Object.create(body) as object])
      expect(readId(copy, 'id')).toBeUndefined()
  })
})

describe('readExact', () => {
  it('gives values that JSON.stringify writes digit by digit', () => {
    const text = '{"a":{"id":9007199254740993,"n":[0.12345678901234567890,1.5,"x"]}}'
    expect(JSON.stringify(readExact(decode(text), 'a'))).toBe(
      '{"id":9007199254740993,"n":[0.12345678901234567890,1.5,"x"]}',
    )
  })

  it('gives the value itself where nothing is lost', () => {
    const body = decode('{"a":{"id":1}}')
    expect(readExact(body, 'a')).toBe(body['a'])
    expect(readExact(body, 'b')).toBeUndefined()
  })

  it.each([undefined, null, 'text', 5])('gives nothing of %j, which a body may have in place of an object', (value) => {
    expect(readExact(value as unknown as JsonObject, 'a')).toBeUndefined()
  })
})

describe('parseExact', () => {
  it('keeps the digits of what it writes again', () => {
    const text = '{"id":9007199254740993,"e":1e400,"n":0.1,"t":"9007199254740993"}'
    expect(JSON.stringify(parseExact(text))).toBe(text)
    expect(parseExact('{"n":0.50}')).toEqual({ n: 0.5 })
    expect(() => parseExact('{')).toThrow(SyntaxError)
  })
})
