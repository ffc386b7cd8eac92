import { describe, expect, it } from 'vitest'
import { noTimestamp } from '../freshness.ts'
import { toHeaderList } from '../header-list.ts'
import { carriesProof, isThere, proofNames } from './carries-proof.ts'
import { hmac } from './hmac.ts'
import { parts } from './message.ts'
import { oneOf } from './one-of.ts'
import type { Scheme } from './scheme.ts'
import { sharedSecret } from './shared-secret.ts'
import { unauthenticated } from './unauthenticated.ts'
import { withHttps } from './with-https.ts'
import { withRequiredHeader } from './with-required-header.ts'

const token = sharedSecret({ header: 'X-Token' })
const signed = (alias?: { prefix: string; instead: string }): Scheme =>
  hmac({ header: 'X-One', encoding: 'hex', signed: [parts.body], freshness: noTimestamp('a test'), alias })
const head = (headers: Readonly<Record<string, string>>, url = '/') => ({
  method: 'POST',
  url,
  headers: toHeaderList(headers),
  receivedAt: 0,
})

describe('carriesProof', () => {
  const bearer = sharedSecret({ header: 'authorization', bearer: 'required' })
  const basic = sharedSecret({ basic: true })
  const door = withRequiredHeader(unauthenticated(), 'X-Door', ['one'])

  it.each<[string, Scheme, Readonly<Record<string, string>>]>([
    ['an empty header', signed(), { 'x-one': '' }],
    ['an empty Authorization', bearer, { authorization: '' }],
    ['an empty Authorization for Basic', basic, { authorization: '' }],
    ['Authorization without a scheme', bearer, { authorization: 'x' }],
    ['a condition where nothing else proves', door, { 'x-door': '' }],
  ])('finds %s', (_name, scheme, headers) => {
    expect(carriesProof(scheme, head(headers))).toBe(true)
    expect(carriesProof(scheme, head({}))).toBe(false)
  })
})

describe('proofNames', () => {
  it.each<[string, Scheme, readonly string[]]>([
    ['a header, in lower case', token, ['x-token']],
    ['a parameter', sharedSecret({ query: 'Token' }), ['?Token']],
    ['both families of names', signed({ prefix: 'x-', instead: 'y-' }), ['x-one', 'y-one']],
    ['each of a group', oneOf(signed(), token), ['x-one', 'x-token']],
    ['what HTTPS is added to', withHttps(token), ['x-token']],
    ['what a condition is added to', withRequiredHeader(oneOf(signed(), token), 'x-door', ['a']), ['x-one', 'x-token']],
    ['the same under HTTPS', withHttps(withRequiredHeader(signed(), 'x-door', ['a'])), ['x-one']],
    ['a condition where nothing else proves', withRequiredHeader(unauthenticated(), 'X-Door', ['a']), ['x-door']],
    ['nothing where nobody is checked', unauthenticated(), []],
    ['nothing where one of a group has no place', oneOf(signed(), unauthenticated()), []],
    [
      'the headers of a scheme of code',
      { ...unauthenticated(), definition: undefined, secretHeaders: ['X-Own'] },
      ['x-own'],
    ],
  ])('names %s', (_name, scheme, expected) => expect(proofNames(scheme)).toEqual(expected))
})

describe('isThere', () => {
  it('takes a header in any case, empty or repeated', () => {
    expect(isThere('x-one', head({ 'X-ONE': '' }))).toBe(true)
    expect(isThere('x-one', { ...head({}), headers: toHeaderList(['x-one', 'a', 'X-One', 'b']) })).toBe(true)
    expect(isThere('x-one', head({ 'x-one-two': 'a' }, '/?x-one=a'))).toBe(false)
  })

  it('takes a parameter of the URL, empty or repeated', () => {
    for (const url of ['/?token=a', '/hook?a=1&token', '/?token=&token=b', '/?%74oken=a'])
      expect([url, isThere('?token', head({}, url))]).toEqual([url, true])
    for (const url of ['/', '/token=a', '/?tokens=a', '/?Token=a', '/?a=?token=b', ''])
      expect([url, isThere('?token', head({ token: 'a' }, url))]).toEqual([url, false])
  })
})
