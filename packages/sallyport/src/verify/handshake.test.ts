import fc from 'fast-check'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createReceiver } from '../receive/receiver.ts'
import { noTimestamp } from './freshness.ts'
import { isPlainChallenge, type Handshake } from './handshake.ts'
import { defineProvider, type Provider } from './provider.ts'
import { ed25519 } from './schemes/ed25519.ts'
import { hmac } from './schemes/hmac.ts'
import { leavesOut, toFormPattern } from './schemes/message-form.ts'
import { parts, type MessagePart } from './schemes/message.ts'
import { oneOf } from './schemes/one-of.ts'
import { unauthenticated } from './schemes/unauthenticated.ts'
import { withHttps } from './schemes/with-https.ts'
import { withRequiredHeader } from './schemes/with-required-header.ts'
import { tokenChallenge } from './token-challenge.ts'

const freshness = noTimestamp('only the form matters here')
const zoom = [parts.literal('v0:'), parts.header('x-time'), parts.literal(':'), parts.body]
const by = (signed: readonly MessagePart[]) => hmac({ header: 'x-mac', encoding: 'hex', signed, freshness })
const mac = (more: object = {}): Handshake => ({
  signedWithMac: { form: { characters: 'id' }, encoding: 'hex', answer: () => undefined, ...more },
})

function define(handshake: Handshake, more: Partial<Provider> = {}): Provider {
  const identify = ({ body }: { readonly body: object }) => ({ type: 'a', data: body })
  return defineProvider({ name: 'acme', scheme: by(zoom), identify, events: {}, handshake, ...more })
}

const invalid = (message: RegExp) =>
  expect.objectContaining({ code: 'PROVIDER_INVALID', message: expect.stringMatching(message) })

describe('a MAC of a text that the sender chose', () => {
  it('needs a message that the text cannot be', () => {
    for (const signed of [zoom, [parts.body], [parts.literal('v0:'), parts.body]])
      expect(define(mac(), { scheme: by(signed) })).toBeTruthy()
    // A form may be `a=1`, and all of it is of the form.
    expect(() => define(mac(), { scheme: by([parts.body]), forms: true })).toThrow(invalid(/could be a signature/))
    const compressed = { accept: ['br'], signed: 'wire' } as const
    expect(() => define(mac(), { scheme: by([parts.body]), contentEncoding: compressed })).toThrow(invalid(/signature/))
    const plainLiterals = [parts.header('x-time', { characters: 'digits' }), parts.literal('.'), parts.body]
    expect(() => define(mac(), { scheme: by(plainLiterals), forms: true })).toThrow(invalid(/narrow the characters/))
    expect(define(mac({ form: { characters: 'hex' } }), { scheme: by(plainLiterals), forms: true })).toBeTruthy()
  })

  it('needs one HMAC, whatever is required beside it', () => {
    expect(define(mac(), { scheme: withHttps(withRequiredHeader(by(zoom), 'x-team', ['a'])) })).toBeTruthy()
    const curve = ed25519({ header: 'x', encoding: 'hex', key: { encoding: 'hex' }, signed: [parts.body], freshness })
    const code = { ...by(zoom), definition: undefined }
    for (const scheme of [curve, oneOf(by(zoom), by([parts.body])), code])
      expect(() => define(mac(), { scheme })).toThrow(invalid(/one hmac\(\)/))
  })

  it('needs one HMAC for a text that signs itself', () => {
    const unsigned = { member: 'token', receive: () => {}, selfSigned: true }
    expect(define({ unsigned })).toBeTruthy()
    const scheme = oneOf(by(zoom), by([parts.body]))
    expect(() => define({ unsigned }, { scheme })).toThrow(invalid(/one hmac\(\)/))
    expect(() => define({ unsigned: { ...unsigned, selfSigned: 'yes' as never } })).toThrow(invalid(/selfSigned/))
  })

  it('needs a form', () => {
    for (const form of [{}, { length: 5 }, { characters: 'any' }, { characters: 'id', length: 0 }, undefined, 'id'])
      expect(() => define(mac({ form }))).toThrow(invalid(/form/))
    for (const more of [{ encoding: 'utf8' }, { answer: undefined }, { forms: 1 }])
      expect(() => define(mac(more))).toThrow(invalid(/signedWithMac/))
  })

  it('is checked again by a receiver, for a copy of a provider', () => {
    const copy = { ...define({}), forms: true, scheme: by([parts.body]), handshake: mac() }
    expect(() => createReceiver(copy, { secret: 'a' })).toThrow(invalid(/could be a signature/))
  })
})

describe('leavesOut', () => {
  it('is true only where no message is of the form', () => {
    const set = fc.constantFrom('digits', 'hex', 'id')
    const text = fc.string({ unit: fc.constantFrom('0', 'a', 'z', '.', ':', '|', '/'), maxLength: 3 })
    const part = fc.oneof(
      text.map((each) => parts.literal(each)),
      fc.constant(parts.url()),
      text.map((each) => parts.header(`x-${each.length}`)),
    )
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 4 }),
        set,
        fc.boolean(),
        fc.array(text),
        (made, characters, isJson, cut) => {
          const signed = [...made, parts.body]
          if (!leavesOut(signed, characters, isJson)) return
          const texts = [...cut]
          const message = signed.map((each) => {
            if (each.kind === 'literal') return each.text
            if (each.kind === 'body') return isJson ? '{}' : (texts.shift() ?? '')
            return each.kind === 'url' ? `/${texts.shift() ?? ''}` : (texts.shift() ?? '')
          })
          expect(message.join('')).not.toMatch(toFormPattern({ characters }))
        },
      ),
    )
  })
})

describe('a handshake', () => {
  it('is data of a known form', () => {
    for (const handshake of [null, 5, { other: 1 }, { signed: 1 }, { get: {} }, { head: 'yes' }, { unsigned: {} }])
      expect(() => define(handshake as never)).toThrow(expect.objectContaining({ code: 'PROVIDER_INVALID' }))
  })

  it('is never answered for a sender that nobody authenticates', () => {
    const scheme = unauthenticated()
    const unsigned = { member: 'token', receive: () => {} }
    for (const handshake of [{ signed: () => undefined }, { unsigned }])
      expect(() => define(handshake, { scheme })).toThrow(invalid(/authenticates nobody/))
    expect(define({ head: true }, { scheme })).toBeTruthy()
  })
})

describe('tokenChallenge', () => {
  const names = { tokenParameter: 'token', challengeParameter: 'challenge' }
  const challenge = tokenChallenge({ token: ['the old one', 'new+1'], ...names, fixed: { mode: 'a' } })
  const ask = (query: string) => challenge.answer(`/hook?${query}`)

  it('takes any of its tokens', () => {
    expect(ask('mode=a&challenge=1&token=the+old%20one&other=1')).toEqual({ text: '1' })
    expect(ask('challenge=1&token=new%2B1&mode=%61')).toEqual({ text: '1' })
    for (const token of ['', 'the old one ', 'THE+OLD+ONE', 'new+1', 'new%2B1%00'])
      expect(ask(`mode=a&challenge=1&token=${token}`)).toEqual({ ok: false, code: 'CREDENTIAL_MISMATCH' })
  })

  it.each([
    '',
    'mode=a&token=new%2B1',
    'mode=a&challenge=1',
    'challenge=1&token=new%2B1',
    'mode=b&challenge=1&token=new%2B1',
    'mode=a&mode=a&challenge=1&token=new%2B1',
    'mode=a&challenge=1&token=new%2B1&token=new%2B1',
    'mode=a&challenge=1&challenge=1&token=new%2B1',
    'mode=a&challenge=1&token=%zz',
    `mode=a&challenge=1&token=${'a'.repeat(4_000)}`,
  ])('refuses %j', (query) => expect(ask(query)).toEqual({ ok: false, code: 'HANDSHAKE_INVALID' }))

  it('needs a token, and shows none', () => {
    const shown = inspect(challenge, { depth: 9, showHidden: true }) + JSON.stringify(challenge)
    expect(shown).not.toMatch(/the old one|new\+1/)
    for (const token of [undefined, [], null])
      expect(() => tokenChallenge({ ...names, token: token as never })).toThrow(/verify token is missing/)
    for (const token of ['', ' a', 'a\n', ['a', ''], 'a'.repeat(1_025), [5]])
      expect(() => tokenChallenge({ ...names, token: token as never })).toThrow(/verify token/)
  })
})

describe('isPlainChallenge', () => {
  it.each(['1158201444', 'qgg8vlvZRS6UYooatFL8Aw', '3eZbrw1aBm2r=', 'a'.repeat(1_024)])('takes %s', (text) =>
    expect(isPlainChallenge(text)).toBe(true),
  )

  it.each(['', ' ', 'a b', '<b>', '"', "'", '&amp;', 'a\n', 'é', '{}', 'a'.repeat(1_025), 5, null, undefined, ['a']])(
    'takes no %j',
    (text) => expect(isPlainChallenge(text)).toBe(false),
  )
})
