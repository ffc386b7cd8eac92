import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHeader, noTimestamp } from '../freshness.ts'
import { toHeaderList } from '../header-list.ts'
import { isRefusal } from '../verdict.ts'
import { writeForm } from './body-parts.ts'
import { hmac, type HmacOptions } from './hmac.ts'
import { messageBytes, parts, type MessagePart } from './message.ts'
import { oneOf } from './one-of.ts'
import type { Scheme } from './scheme.ts'
import type { SignedClaim } from './signed-claim.ts'

const secret = '12345'
const untimed = noTimestamp('a test')

function define(signed: readonly MessagePart[], more: Partial<HmacOptions> = {}): Scheme {
  return hmac({ header: 'x-signature', algorithm: 'sha1', encoding: 'base64', signed, freshness: untimed, ...more })
}

interface Sent {
  readonly url?: string
  readonly body?: Uint8Array | string
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly signature?: string
}

const toDelivery = ({ url = '/', body = '{}', headers = {}, signature = '' }: Sent) => ({
  method: 'POST',
  url,
  headers: toHeaderList({ 'x-signature': signature, ...headers }),
  receivedAt: 0,
  body: Buffer.from(body),
})

/** `ok`, or the code of the refusal. */
function authenticate(scheme: Scheme, sent: Sent, key = secret): string {
  const delivery = toDelivery(sent)
  const claim = scheme.inspect(delivery)
  if (isRefusal(claim)) return claim.code
  return scheme.verify(claim, delivery, [scheme.prepareKey(key)]) ? 'ok' : 'SIGNATURE_MISMATCH'
}

const mac = (message: string | Uint8Array, algorithm = 'sha1', key = secret): string =>
  createHmac(algorithm, key).update(message).digest('base64')

/** The bytes that a delivery is signed by, and so named by; `undefined` where it is refused. */
function messageOf(scheme: Scheme, sent: Sent): string | undefined {
  const delivery = toDelivery({ ...sent, signature: mac('') })
  const claim = scheme.inspect(delivery)
  if (isRefusal(claim)) return undefined
  const message = messageBytes((claim as SignedClaim).texts, delivery.body)
  const signed = toDelivery({ ...sent, signature: mac(message) })
  const proven = scheme.verify(scheme.inspect(signed) as SignedClaim, signed, [scheme.prepareKey(secret)])
  return proven === undefined ? undefined : message.toString('latin1')
}

describe('parts.form', () => {
  const scheme = define([parts.url('https://mycompany.com'), parts.form])
  const url = '/myapp.php?foo=1&bar=2'
  const form = 'To=%2B18005551212&CallSid=CA1234567890ABCDE&Digits=1234&From=%2B14158675309&Caller=%2B14158675309'
  const signature = 'RSOYDt4T1cUTdK1PDd93/VVr8B8='

  // The test vector of Twilio's SDKs, read 2026-11-29.
  it('verifies the published signature, in any order of the fields', () => {
    expect(authenticate(scheme, { url, body: form, signature })).toBe('ok')
    expect(authenticate(scheme, { url, body: form.split('&').toReversed().join('&'), signature })).toBe('ok')
  })

  it.each([
    ['another value', { body: form.replace('1234&', '1235&') }],
    ['another field', { body: `${form}&More=1` }],
    ['a field less', { body: form.slice(form.indexOf('&') + 1) }],
    ['another path', { url: '/myapp.php?foo=1&bar=3' }],
    ['no field', { body: '', url, signature: mac(`https://mycompany.com${url}`) }],
    ['JSON', { body: '{}', url, signature: mac(`https://mycompany.com${url}{}`) }],
    ['no UTF-8', { body: Buffer.from([0x61, 0x3d, 0xff]) }],
    ['a damaged escape', { body: 'a=%zz' }],
    ['too many fields', { body: 'a=1&'.repeat(1001) }],
  ])('rejects %s', (_name, sent) => {
    expect(authenticate(scheme, { url, body: form, signature, ...sent })).toBe('SIGNATURE_MISMATCH')
  })

  it('signs each different value of a repeated name once, in order', () => {
    expect(writeForm(Buffer.from('b=2&a=z&a=y&a=z&%C3%A9=+'))).toBe('ayazb2\u00c3\u00a9 ')
  })

  it('gives a message one name, however the form is written', () => {
    const field = fc.tuple(fc.constantFrom('a', 'b', 'ab', ''), fc.constantFrom('a', 'b', 'ba', '', '%61', '+'))
    const text = fc.array(field, { maxLength: 3 }).map((fields) => fields.map((pair) => pair.join('=')).join('&'))
    fc.assert(
      fc.property(text, text, (one, other) => {
        const [first, second] = [one, other].map((body) => messageOf(scheme, { url: '/', body }))
        if (first === undefined || second === undefined || first !== second) return
        // Where two forms are signed alike, the bytes that name them are alike too: the second is a duplicate.
        const bytes = [one, other].map((body) => {
          const delivery = toDelivery({ url: '/', body, signature: mac('') })
          return scheme.signedBytes(scheme.inspect(delivery) as SignedClaim, delivery)
        })
        expect(bytes[0]).toEqual(bytes[1])
      }),
    )
  })

  it.each([
    ['without the URL', [parts.form]],
    ['before the URL', [parts.form, parts.url()]],
    ['beside a header', [parts.header('x-id'), parts.literal('.'), parts.url(), parts.form]],
    ['beside the body', [parts.url(), parts.form, parts.body]],
  ])('is refused %s', (_name, signed) => {
    expect(() => define(signed)).toThrow(expect.objectContaining({ code: 'PROVIDER_INVALID' }))
  })
})

describe('parts.url with bodyHash', () => {
  const scheme = define([parts.url('https://mycompany.com', { bodyHash: 'bodySHA256' })])
  const hash = '0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620'
  const url = `/myapp.php?foo=1&bar=2&bodySHA256=${hash}`
  const sent = { url, body: '{"property": "value", "boolean": true}', signature: 'a9nBmqA0ju/hNViExpshrM61xv4=' }

  // The test vector of Twilio's SDKs, read 2026-11-29.
  it('verifies the published signature', () => expect(authenticate(scheme, sent)).toBe('ok'))

  const signed = (other: string) => ({ url: other, signature: mac(`https://mycompany.com${other}`) })
  it.each([
    ['another body', { body: '{"property": "value", "boolean": false}' }, 'SIGNATURE_MISMATCH'],
    ['no body', { body: '' }, 'SIGNATURE_MISMATCH'],
    ['another URL', { url: `${url}&more` }, 'SIGNATURE_MISMATCH'],
    ['a hash of another body', signed(`/?bodySHA256=${'ab'.repeat(32)}`), 'SIGNATURE_MISMATCH'],
    ['no hash', signed('/myapp.php'), 'SIGNED_URL_INVALID'],
    ['a hash of no such length', signed('/?bodySHA256=abcd'), 'SIGNED_URL_INVALID'],
    ['two hashes', signed(`${url}&bodySHA256=${hash}`), 'PARAMETER_DUPLICATED'],
  ])('rejects %s', (_name, change, code) => expect(authenticate(scheme, { ...sent, ...change })).toBe(code))

  it('covers the body once', () => {
    const both = [parts.url('https://a.b', { bodyHash: 'hash' }), parts.literal('.'), parts.body]
    expect(() => define(both)).toThrow(/twice/)
  })
})

describe('parts.url with decoded', () => {
  const scheme = define([parts.method, parts.url('https://a.b', { decoded: ':/?' }), parts.body])

  it('signs the characters plainly', () => {
    const signature = mac('POSThttps://a.b/c?d=e:f/g?%20%25:{}')
    expect(authenticate(scheme, { url: '/c?d=e%3Af%2fg%3F%20%25%3a', signature })).toBe('ok')
    expect(authenticate(scheme, { url: '/c?d=e%3Af%2fg%3F%20%25%3b', signature })).toBe('SIGNATURE_MISMATCH')
    expect(
      authenticate(define([parts.url('https://a.b'), parts.body]), {
        url: '/c%3A',
        signature: mac('https://a.b/c%3A{}'),
      }),
    ).toBe('ok')
  })

  it('decodes nothing twice', () => {
    expect(authenticate(scheme, { url: '/%253A', signature: mac('POSThttps://a.b/%253A{}') })).toBe('ok')
  })

  it.each([' ', '[', '}', '%', '\u00e9'])('is refused for %j, which could show an end that is none', (decoded) => {
    expect(() => define([parts.url('https://a.b', { decoded }), parts.body])).toThrow(/decoded of parts.url/)
  })
})

describe('parts.crc32', () => {
  const signed = [
    parts.header('x-id'),
    parts.literal('|'),
    parts.header('x-time'),
    parts.literal('|webhook-7|'),
    parts.crc32,
  ]
  const scheme = define(signed)
  const headers = { 'x-id': 'a-1', 'x-time': '2026-11-29T08:00:00Z' }

  it('signs the checksum of the exact body', () => {
    // CRC-32 of 123456789 is 0xcbf43926, the check value of every list.
    const signature = mac(`a-1|${headers['x-time']}|webhook-7|3421780262`)
    expect(authenticate(scheme, { headers, body: '123456789', signature })).toBe('ok')
    expect(authenticate(scheme, { headers, body: '123456788', signature })).toBe('SIGNATURE_MISMATCH')
    expect(authenticate(scheme, { headers: { ...headers, 'x-id': 'a-2' }, body: '123456789', signature })).toBe(
      'SIGNATURE_MISMATCH',
    )
  })

  it('says that it does not resist forgery', () => {
    expect(scheme.describe().signed.at(-1)).toMatch(/does not resist forgery/)
  })

  it('has one reading of the parts beside it', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '|', '1', 'webhook-7'), minLength: 1, maxLength: 4 })
    const delivery = fc.record({ 'x-id': text, 'x-time': text })
    fc.assert(
      fc.property(delivery, delivery, fc.constantFrom('{}', '{"a":1}'), (one, other, body) => {
        const [first, second] = [one, other].map((both) => messageOf(scheme, { headers: both, body }))
        if (first !== undefined && first === second) expect(one).toEqual(other)
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    [[parts.header('x-id'), parts.crc32]],
    [[parts.header('x-id', { characters: 'digits' }), parts.crc32]],
    [[parts.crc32, parts.header('x-id', { characters: 'digits' })]],
    [[parts.crc32, parts.literal('|'), parts.body]],
  ])('is refused where nothing shows its ends: %j', (parts_) => {
    expect(() => define(parts_)).toThrow(expect.objectContaining({ code: 'PROVIDER_INVALID' }))
  })
})

describe('numbered headers', () => {
  const scheme = hmac({
    header: 'X-DocuSign-Signature',
    numbered: 100,
    encoding: 'base64',
    signed: [parts.body],
    freshness: untimed,
  })
  const right = mac('{}', 'sha256')
  const wrong = mac('[]', 'sha256')
  const send = (headers: Readonly<Record<string, string | readonly string[]>>, key?: string): string =>
    authenticate(scheme, { headers }, key)

  it.each<[string, Record<string, string | readonly string[]>, string]>([
    ['the first', { 'X-DocuSign-Signature-1': right }, 'ok'],
    ['the last', { 'x-docusign-signature-1': wrong, 'x-docusign-signature-100': right }, 'ok'],
    ['one beside a malformed one', { 'x-docusign-signature-1': 'nothing', 'x-docusign-signature-2': right }, 'ok'],
    ['one beside an empty one', { 'x-docusign-signature-1': '', 'x-docusign-signature-2': right }, 'ok'],
    ['none', { 'x-docusign-signature-1': wrong }, 'SIGNATURE_MISMATCH'],
    ['one without a number', { 'x-docusign-signature': right }, 'SIGNATURE_MISSING'],
    ['one beyond the last', { 'x-docusign-signature-101': right }, 'SIGNATURE_MISSING'],
    ['one with another form of its number', { 'x-docusign-signature-01': right }, 'SIGNATURE_MISSING'],
    ['a repeated one', { 'x-docusign-signature-1': [right, right] }, 'HEADER_DUPLICATED'],
    ['malformed ones alone', { 'x-docusign-signature-1': 'nothing' }, 'SIGNATURE_MALFORMED'],
  ])('verify by %s', (_name, headers, expected) => expect(send(headers)).toBe(expected))

  it('are all secret, and described by the first', () => {
    expect(scheme.secretHeaders).toHaveLength(100)
    expect(scheme.describe()).toMatchObject({
      header: 'x-docusign-signature-1',
      also: [expect.stringContaining('-100')],
    })
  })

  it.each([
    [{ numbered: 0 }],
    [{ numbered: 101 }],
    [{ numbered: 1.5 }],
    [{ numbered: 2, separator: ',', prefix: 'v1=' }],
  ])('are refused with %j', (more) => {
    expect(() => define([parts.body], more)).toThrow(expect.objectContaining({ code: 'PROVIDER_INVALID' }))
  })
})

describe('what senders write, by hmac alone', () => {
  const body = '{"a":1}'
  const hex = (message: string, algorithm = 'sha256'): string =>
    createHmac(algorithm, secret).update(message).digest('hex')
  const time = 1_700_000_000

  const rows: readonly (readonly [string, Partial<HmacOptions>, Readonly<Record<string, string>>])[] = [
    [
      'Intercom',
      { header: 'x-hub-signature', prefix: 'sha1=', encoding: 'hex' },
      { 'x-hub-signature': `sha1=${hex(body, 'sha1')}` },
    ],
    ['Vercel', { header: 'x-vercel-signature', encoding: 'hex' }, { 'x-vercel-signature': hex(body, 'sha1') }],
    [
      'PagerDuty',
      { header: 'x-pagerduty-signature', algorithm: 'sha256', prefix: 'v1=', separator: ',', encoding: 'hex' },
      { 'x-pagerduty-signature': `v1=${hex('other')}, v2=${hex(body)},v1=${hex(body)}` },
    ],
    [
      'Paddle',
      {
        header: 'paddle-signature',
        algorithm: 'sha256',
        fields: { signature: 'h1', timestamp: 'ts' },
        separator: ';',
        encoding: 'hex',
        signed: [parts.timestamp, parts.literal(':'), parts.body],
        freshness: { from: 'signature', unit: 'seconds' },
      },
      { 'paddle-signature': `ts=${time};h1=${hex(`${time}:${body}`)}` },
    ],
    [
      'WorkOS, in milliseconds',
      {
        header: 'workos-signature',
        algorithm: 'sha256',
        fields: { signature: 'v1', timestamp: 't' },
        encoding: 'hex',
        signed: [parts.timestamp, parts.literal('.'), parts.body],
        freshness: { from: 'signature', unit: 'milliseconds' },
      },
      { 'workos-signature': `t=${time}000, v1=${hex(`${time}000.${body}`)}` },
    ],
    [
      'HubSpot v3, in milliseconds',
      {
        header: 'x-hubspot-signature-v3',
        algorithm: 'sha256',
        signed: [parts.method, parts.url('https://a.b'), parts.body, parts.header('x-hubspot-request-timestamp')],
        freshness: fromHeader('x-hubspot-request-timestamp', 'milliseconds'),
      },
      {
        'x-hubspot-request-timestamp': `${time}000`,
        'x-hubspot-signature-v3': mac(`POSThttps://a.b/${body}${time}000`, 'sha256'),
      },
    ],
  ]
  it.each(rows)('verifies %s', (_name, options, headers) => {
    const scheme = define([parts.body], options)
    expect(authenticate(scheme, { headers, body })).toBe('ok')
    expect(authenticate(scheme, { headers, body: '{"a":2}' })).toBe('SIGNATURE_MISMATCH')
  })

  it('verifies Box by either of two headers, each with a key of its own', () => {
    const at = '2026-11-29T08:00:00-08:00'
    const boxOf = (name: string): Scheme =>
      hmac({
        header: `box-signature-${name}`,
        encoding: 'base64',
        signed: [parts.body, parts.header('box-delivery-timestamp')],
        freshness: fromHeader('box-delivery-timestamp', 'iso'),
      })
    const scheme = oneOf(boxOf('primary'), boxOf('secondary'))
    const sent = (primary: string, secondary: string): Sent => ({
      body,
      headers: {
        'box-delivery-timestamp': at,
        'box-signature-primary': mac(body + at, 'sha256', primary),
        'box-signature-secondary': mac(body + at, 'sha256', secondary),
      },
    })
    expect(authenticate(scheme, sent(secret, 'other'))).toBe('ok')
    expect(authenticate(scheme, sent('other', secret))).toBe('ok')
    expect(authenticate(scheme, sent('other', 'another'))).toBe('SIGNATURE_MISMATCH')
  })

  // Shopify's documented check, and the test vector of Square's SDKs, read 2026-11-29.
  it.each<[string, Partial<HmacOptions>, string, string, string, string]>([
    ['Shopify', {}, 'test_secret_key', '{"foo": "bar"}', '/', 'B23tXN681gZ0qIWNRrgtzBE9XSDo5yaUu6wfmhu3a7g='],
    [
      'Square',
      { signed: [parts.url('https://example.com'), parts.body] },
      'asdf1234',
      '{"hello":"world"}',
      '/webhook',
      '2kRE5qRU2tR+tBGlDwMEw2avJ7QM4ikPYD/PJ3bd9Og=',
    ],
  ])('verifies the published signature of %s', (_name, options, key, content, url, signature) => {
    const scheme = define([parts.body], { algorithm: 'sha256', ...options })
    expect(authenticate(scheme, { url, body: content, signature }, key)).toBe('ok')
    expect(authenticate(scheme, { url, body: `${content} `, signature }, key)).toBe('SIGNATURE_MISMATCH')
  })
})
