import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DeliveryHead } from '../delivery.ts'
import { fromHeader, fromSignature, noTimestamp, type Freshness } from '../freshness.ts'
import { toHeaderList } from '../header-list.ts'
import { isRefusal } from '../verdict.ts'
import { hmac } from './hmac.ts'
import type { TextForm } from './message-form.ts'
import { messageBytes, parts, type MessagePart } from './message.ts'
import type { Scheme } from './scheme.ts'

const secret = 'message-forms'
const untimed = noTimestamp('only the form matters here')

function define(signed: readonly MessagePart[], freshness: Freshness = untimed): Scheme {
  return hmac({
    header: 'x-signature',
    fields: { signature: 'v1', timestamp: 't' },
    separator: ';',
    encoding: 'hex',
    signed,
    freshness,
  })
}

/** A cut of a message: the bytes of each part that is no literal, in latin1. */
type Cut = readonly string[]

function toMessage(signed: readonly MessagePart[], cut: Cut): string {
  const texts = [...cut]
  return signed
    .map((part) => (part.kind === 'literal' ? part.text : (part.kind === 'url' ? part.origin : '') + texts.shift()!))
    .join('')
}

/** Whether a delivery whose parts are cut so is authentic, when the message is signed. */
function isAccepted(scheme: Scheme, signed: readonly MessagePart[], cut: Cut): boolean {
  return authenticate(scheme, signed, cut) === true
}

function authenticate(scheme: Scheme, signed: readonly MessagePart[], cut: Cut): boolean | string {
  const message = Buffer.from(toMessage(signed, cut), 'latin1')
  const signature = createHmac('sha256', secret).update(message).digest('hex')
  const headers: string[] = []
  let [url, method, time, body] = ['/', 'POST', '', Buffer.alloc(0)]
  let at = 0
  const seen = new Map<string, string>()
  for (const part of signed) {
    if (part.kind === 'literal') continue
    const text = cut[at++]!
    // A delivery has one method, one URL and one time, however often they are signed.
    if (part.kind !== 'header' && (seen.get(part.kind) ?? text) !== text) return false
    seen.set(part.kind, text)
    if (part.kind === 'header') headers.push(part.name, text)
    else if (part.kind === 'url') url = text
    else if (part.kind === 'method') method = text
    else if (part.kind === 'timestamp') time = text
    else body = Buffer.from(text, 'latin1')
  }
  headers.push('x-signature', `t=${time};v1=${signature}`)
  const head: DeliveryHead = { method, url, headers: toHeaderList(headers), receivedAt: 0 }
  const claim = scheme.inspect(head)
  if (isRefusal(claim)) return claim.code
  return scheme.verify(claim, { ...head, body }, [scheme.prepareKey(secret)]) !== undefined
}

/** Every way to cut a message into parts. */
function* cutsOf(signed: readonly MessagePart[], message: string): Generator<Cut> {
  const [part, ...others] = signed
  if (part === undefined) {
    if (message === '') yield []
    return
  }
  const fixed = part.kind === 'literal' ? part.text : part.kind === 'url' ? part.origin : ''
  if (!message.startsWith(fixed)) return
  const rest = message.slice(fixed.length)
  if (part.kind === 'literal') return yield* cutsOf(others, rest)
  for (let end = 0; end <= rest.length; end++)
    for (const behind of cutsOf(others, rest.slice(end))) yield [rest.slice(0, end), ...behind]
}

const iso = ['2026-11-29T08:00:00Z', '2026-11-29T08:00:00.5Z', '0001-01-01T00:00:00+01:00']
const few = (...units: string[]): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...units), minLength: 1, maxLength: 3 })
const anyText = fc.oneof(
  few(':', 'a'),
  few('a', '1', ':', '/', '.'),
  few('1', '0'),
  few('a', '{', '}', '/'),
  fc.constantFrom(...iso),
)

interface Sample {
  readonly part: MessagePart
  readonly text?: fc.Arbitrary<string>
}

const headerForms = [undefined, { characters: 'digits' }, { characters: 'id' }, { length: 2 }] as const
const sample = (name: string): fc.Arbitrary<Sample> =>
  fc.oneof(
    fc.constantFrom(...headerForms).map((form) => ({
      part: parts.header(name, form),
      text: fc.oneof({ weight: 5, arbitrary: anyText }, few('a', '1', '\u012e')),
    })),
    fc.constantFrom('.', ':', '::', 'a.a', '', '1', '/').map((text) => ({ part: parts.literal(text) })),
    fc.constantFrom('', 'h://a.a', 'h').map((origin) => ({
      part: parts.url(origin),
      text: fc.oneof(
        few('/', 'a', '.', '{', '1'),
        few('/', ':', '\u012e', '\u00e9').map((text) => `/${text}`),
      ),
    })),
    fc.constant({ part: parts.method, text: few('A', 'B', '\u0141') }),
    fc.constant({ part: parts.timestamp, text: fc.oneof(few('1', '0', ':', '\u0131'), fc.constantFrom(...iso)) }),
  )
const bodySample: Sample = {
  part: parts.body,
  text: fc.oneof(few(':', '{'), few('{', '1', '}', 'a', '/', '\n'), anyText),
}

const someMessage = fc
  .tuple(fc.array(sample('x-one'), { maxLength: 2 }), fc.array(sample('x-two'), { maxLength: 2 }))
  .map(([before, behind]) =>
    [...before, bodySample, ...behind].map((one, index) =>
      one.part.kind === 'header' ? { ...one, part: { ...one.part, name: `x-${index}` } } : one,
    ),
  )
const someFreshness = (signed: readonly MessagePart[]): fc.Arbitrary<Freshness> => {
  const units = ['seconds', 'milliseconds', 'iso'] as const
  const choices: Freshness[] = [untimed]
  for (const part of signed) {
    if (part.kind === 'timestamp') choices.push(...units.map(fromSignature))
    if (part.kind === 'header') choices.push(...units.map((unit) => fromHeader(part.name, unit)))
  }
  return fc.constantFrom(...choices)
}

describe('a signed message', () => {
  it('has one cut, whatever form is accepted', () => {
    let accepted = 0
    const delivery = someMessage.chain((samples) => {
      const signed = samples.map(({ part }) => part)
      const texts = samples.flatMap(({ text }) => (text === undefined ? [] : [text]))
      return fc.tuple(fc.constant(signed), someFreshness(signed), fc.tuple(...texts))
    })
    fc.assert(
      fc.property(delivery, ([signed, freshness, cut]) => {
        let scheme: Scheme
        try {
          scheme = define(signed, freshness)
        } catch (error) {
          expect(error).toMatchObject({ code: 'PROVIDER_INVALID' })
          return
        }
        const honest = isAccepted(scheme, signed, cut)
        if (!honest) return
        accepted++
        const message = toMessage(signed, cut)
        // A wider character would sign as another one.
        expect(message).toMatch(/^[^\u0100-\uffff]*$/)
        const same = [...cutsOf(signed, message)].filter((other) => isAccepted(scheme, signed, other))
        expect(same).toEqual([cut])
      }),
      { numRuns: 3000 },
    )
    expect(accepted).toBeGreaterThan(200)
  })

  const { header, literal, body, timestamp, method, url } = parts
  const one = header('x-one')
  const two = header('x-two')
  const time = header('x-time')

  const gaps: readonly (readonly [string, readonly MessagePart[], Freshness?])[] = [
    ['two headers', [header('x-topic'), header('x-id'), body]],
    ['a header and the body', [one, body]],
    ['the body and a header', [body, one]],
    ['nothing but an empty literal', [one, literal(''), two, literal('.'), body]],
    ['ids and digits', [header('x-one', { characters: 'id' }), header('x-two', { characters: 'digits' }), body]],
    [
      'an id of a form and a time in digits',
      [header('x-one', { characters: 'id' }), time, body],
      fromHeader('x-time', 'seconds'),
    ],
    ['any id and a time', [one, time, body], fromHeader('x-time', 'iso')],
    [
      'a time and digits, behind the body',
      [body, time, header('x-one', { characters: 'digits' })],
      fromHeader('x-time', 'iso'),
    ],
    ['a time that is not checked', [timestamp, body]],
    ['a header and the URL', [one, url(), literal('.'), body]],
    ['the URL and an id', [url(), header('x-one', { characters: 'id' }), literal('.'), body]],
    ['the URL and the method', [url(), method, literal('.'), body]],
    ['the body and a URL with brackets', [body, url('http://[::1]')]],
    ['two bodies', [body, literal('.'), body]],
  ]
  it.each(gaps.map(([name, signed, freshness = untimed]) => [name, signed, freshness] as const))(
    'is refused for %s side by side',
    (_name, signed, freshness) => {
      expect(() => define(signed, freshness)).toThrow(expect.objectContaining({ code: 'PROVIDER_INVALID' }))
    },
  )

  it.each([{ length: 0 }, { length: 1.5 }, { length: 5000 }, { characters: 'any' }, { characters: 'toString' }])(
    'is refused for a header of the form %j',
    (form) => {
      expect(() => define([header('x-one', form as TextForm), literal('.'), body])).toThrow(/form of header "x-one"/)
    },
  )

  it('says what to do about two headers side by side', () => {
    expect(() => define([one, two, body])).toThrow(
      'scheme on header "x-signature": the signed message does not show where header x-one and header x-two meet, so one ' +
        'signature would have several readings; add the literal that the sender writes between them, or say how it writes ' +
        "a header: parts.header('x-id', …) takes { length: 36 } or { characters: 'id' }",
    )
  })

  const cuts: readonly (readonly [string, readonly MessagePart[], Cut, Cut, Freshness?])[] = [
    ['a separator that overlaps itself', [one, literal('::'), body], ['a', ':{}'], ['a:', '{}']],
    ['such a separator after the body', [body, literal('::'), one], ['{}:', 'a'], ['{}', ':a']],
    [
      'an id of a length',
      [header('x-one', { length: 2 }), two, literal('.'), body],
      ['ab', 'c', '{}'],
      ['a', 'bc', '{}'],
    ],
    [
      'an id before a time',
      [header('x-one', { characters: 'id' }), time, body],
      ['a', iso[0]!, '{}'],
      ['a2', iso[0]!.slice(1), '{}'],
      fromHeader('x-time', 'iso'),
    ],
    ['a time before the body', [time, body], ['12', '{}'], ['1', '2{}'], fromHeader('x-time', 'seconds')],
    ['a time after the body', [body, time], ['{}', '12'], ['{}1', '2'], fromHeader('x-time', 'milliseconds')],
    ['the URL before the body', [url('https://a.b'), body], ['/c', '{"d":{}}'], ['/c{"d":', '{}}']],
    ['the URL after the body', [body, url('https://a.b')], ['{}', '/c'], ['{}https://a.b/c', '/c']],
    ['the method before the URL', [method, url(), literal('.'), body], ['POST', '/a', '{}'], ['POST/', 'a', '{}']],
  ]
  it.each(
    cuts.map(([name, signed, right, wrong, freshness = untimed]) => [name, signed, right, wrong, freshness] as const),
  )('has one reading with %s', (_name, signed, right, wrong, freshness) => {
    const scheme = define(signed, freshness)
    expect(isAccepted(scheme, signed, right)).toBe(true)
    expect(isAccepted(scheme, signed, wrong)).toBe(false)
  })

  // The bytes signed are those of `/x.a`: U+012E has the low byte of a dot.
  const wide = '/x\u012ea'
  const urls: readonly (readonly [string, readonly MessagePart[], Cut, Cut])[] = [
    ['a literal after it', [url(), literal('.'), two, literal(':'), body], ['/x', 'a.b', '{}'], [wide, 'b', '{}']],
    ['a literal before it', [body, literal(':'), two, literal('.'), url()], ['{}', 'b', '/x'], ['{}', 'b', wide]],
    ['an origin', [url('https://a.b'), literal('.'), two, literal(':'), body], ['/x', 'a', '{}'], [wide, 'a', '{}']],
    ['the body beside it', [url(), body], ['/x', '{}'], [wide, '{}']],
  ]
  it.each(urls)('has one byte per character of a URL with %s', (_name, signed, right, wrong) => {
    const scheme = define(signed)
    expect(authenticate(scheme, signed, right)).toBe(true)
    expect(authenticate(scheme, signed, wrong)).toBe('SIGNED_URL_INVALID')
  })

  it('takes a URL with the bytes of UTF-8 or Latin-1', () => {
    const signed = [url(), literal('.'), body]
    for (const path of ['/caf\u00c3\u00a9', '/caf\u00e9', '/a%20b?c=[d]', '/a b'])
      expect(authenticate(define(signed), signed, [path, '{}'])).toBe(true)
  })

  it('signs an origin as UTF-8, as it does a literal', () => {
    expect(url('https://b\u00fc.example')).toEqual({ kind: 'url', origin: 'https://b\u00c3\u00bc.example' })
  })

  it.each<MessagePart>([
    { kind: 'literal', text: '\u012e' },
    { kind: 'url', origin: 'https://\u012e' },
  ])('is refused for the part %j, which is not in bytes', (part) => {
    expect(() => define([one, literal(':'), part, literal(':'), body])).toThrow(/parts\.(?:literal|url)/)
  })

  it('allows a separator elsewhere', () => {
    const signed = [one, literal(', '), url('https://a.b'), literal('.'), body]
    expect(isAccepted(define(signed), signed, ['a,b c', '/d', '{"e": 1.5, "f": 2}'])).toBe(true)
  })

  it('is the parts, one after the other', () => {
    expect(messageBytes(['a', '.', undefined], Buffer.from('{}')).toString()).toBe('a.{}')
  })
})
