import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createReceiver } from '../../receive/receiver.ts'
import { signDelivery } from '../../testing/sign-delivery.ts'
import { fromBody, fromHeader, noTimestamp } from '../freshness.ts'
import { toHeaderList } from '../header-list.ts'
import { claimed, defineProvider, unchecked } from '../provider.ts'
import { isRefusal } from '../verdict.ts'
import { bodySignature, type BodySignatureOptions } from './body-signature.ts'
import { hmac } from './hmac.ts'
import { parts } from './message.ts'
import { oneOf } from './one-of.ts'
import type { Scheme } from './scheme.ts'

const { member, literal } = parts
const secret = 'key-of-a-test'
const now = Date.UTC(2026, 10, 29, 8)

const mailgunOptions: BodySignatureOptions = {
  signature: 'signature.signature',
  encoding: 'hex',
  signed: [member('signature.timestamp', { length: 10, characters: 'digits' }), member('signature.token')],
  freshness: fromBody('signature.timestamp', 'seconds'),
  acceptUnsignedMembers: true,
}

const item = 'NotificationRequestItem'
const adyenMembers = [
  ['pspReference'],
  ['originalReference'],
  ['merchantAccountCode'],
  ['merchantReference', { free: true }],
  ['amount.value'],
  ['amount.currency'],
  ['eventCode'],
  ['success'],
] as const
const adyenOptions: BodySignatureOptions = {
  each: 'notificationItems',
  signature: `${item}.additionalData.hmacSignature`,
  encoding: 'base64',
  key: { encoding: 'hex' },
  signed: adyenMembers.flatMap(([path, form], index) => [
    ...(index === 0 ? [] : [literal(':')]),
    member(`${item}.${path}`, form),
  ]) as BodySignatureOptions['signed'],
  freshness: noTimestamp('Adyen signs no time'),
  acceptUnsignedMembers: true,
}
const adyenKey = '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056'
// Adyen's documented example, read 2026-11-29.
const example = {
  pspReference: '7914073381342284',
  merchantAccountCode: 'TestMerchant',
  merchantReference: 'TestPayment-1407325143704',
  amount: { value: 1130, currency: 'EUR' },
  eventCode: 'AUTHORISATION',
  success: 'true',
  additionalData: { hmacSignature: 'coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0=' },
}
const batch = (...items: readonly unknown[]) => ({
  live: 'false',
  notificationItems: items.map((one) => ({ [item]: one })),
})

/** `ok`, or the code of the refusal. */
function authenticate(scheme: Scheme, body: unknown, key: string): string {
  const bytes = body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const delivery = { method: 'POST', url: '/', headers: toHeaderList({}), receivedAt: now, body: bytes }
  const found = scheme.verify({}, delivery, [scheme.prepareKey(key)])
  if (found === undefined) return 'SIGNATURE_MISMATCH'
  return isRefusal(found) ? found.code : 'ok'
}

describe('bodySignature over one set of members (Mailgun)', () => {
  const scheme = bodySignature(mailgunOptions)
  const timestamp = String(now / 1000)
  const token = 'ab12'.repeat(12)
  const sign = (text: string): string => createHmac('sha256', secret).update(text).digest('hex')
  const signed = { timestamp, token, signature: sign(timestamp + token) }

  it.each<[string, unknown, string]>([
    ['a genuine body', { signature: signed }, 'ok'],
    ['a time that is a number', { signature: { ...signed, timestamp: Number(timestamp) } }, 'ok'],
    ['another event under the same signature', { signature: signed, 'event-data': { event: 'forged' } }, 'ok'],
    ['another token', { signature: { ...signed, token: `${token}a` } }, 'SIGNATURE_MISMATCH'],
    ['another time', { signature: { ...signed, timestamp: '1700000000' } }, 'SIGNATURE_MISMATCH'],
    [
      'bytes moved to the token',
      { signature: { ...signed, timestamp: timestamp.slice(0, 9), token: timestamp[9] + token } },
      'SIGNED_MEMBER_INVALID',
    ],
    [
      'bytes moved to the time',
      { signature: { ...signed, timestamp: timestamp + token[0], token: token.slice(1) } },
      'SIGNED_MEMBER_INVALID',
    ],
    ['a time that is none', { signature: { ...signed, timestamp: ['1'] } }, 'SIGNED_MEMBER_INVALID'],
    ['no signature', { signature: { timestamp, token } }, 'SIGNATURE_MISSING'],
    ['nothing', {}, 'SIGNATURE_MISSING'],
    ['a signature of another length', { signature: { ...signed, signature: 'abcd' } }, 'SIGNATURE_MALFORMED'],
    ['a signature that is a number', { signature: { ...signed, signature: 1 } }, 'SIGNATURE_MALFORMED'],
    ['a prototype', '{"__proto__":{"signature":{}}}', 'SIGNATURE_MISSING'],
    ['no JSON', 'signature=1', 'BODY_NOT_JSON'],
    ['a list', '[]', 'BODY_NOT_OBJECT'],
  ])('answers %s', (_name, body, expected) => expect(authenticate(scheme, body, secret)).toBe(expected))

  it('gives identify the signed members, and the rest apart', () => {
    const body = { signature: signed, 'event-data': { event: 'opened' } }
    expect(scheme.signedBody!(body)).toEqual({ signature: { timestamp, token } })
  })

  const mailgun = defineProvider({
    name: 'mailgun',
    scheme,
    identify: ({ body, unsignedBody }) => ({
      // Not signed, so never there.
      type: body['event-data'],
      claimedType: (unsignedBody['event-data'] as { event?: unknown } | undefined)?.event,
      data: unsignedBody['event-data'],
    }),
    events: claimed({ opened: unchecked(), forged: unchecked() }),
  })

  it('names the event by what is signed, so that another event under its signature is a duplicate', async () => {
    const seen: unknown[] = []
    const receiver = createReceiver(mailgun, { secret, now: () => now }).onAny(
      ({ id, type }) => void seen.push([id, type]),
    )
    const deliver = async (event: string) => {
      const body = { signature: { token }, 'event-data': { event } }
      const delivery = signDelivery(mailgun, { secret, body, now })
      return (await receiver.receive(delivery)).outcome
    }
    expect(await deliver('opened')).toBe('handled')
    expect(await deliver('forged')).toBe('duplicate')
    expect(seen).toEqual([[expect.stringMatching(/^sha256:/), 'claimed:opened']])
    const old = signDelivery(mailgun, { secret, body: { signature: { token: 'b' } }, now: now - 400_000 })
    expect(await receiver.receive(old)).toMatchObject({ code: 'TIMESTAMP_STALE' })
  })
})

describe('bodySignature over every item of a list (Adyen)', () => {
  const scheme = bodySignature(adyenOptions)
  const verify = (...items: readonly unknown[]): string => authenticate(scheme, batch(...items), adyenKey)
  const sign = (one: Partial<typeof example>): typeof example => {
    const delivery = signDelivery(
      defineProvider({ name: 'own', scheme, identify: () => ({ type: 'a', data: {} }), events: {} }),
      { secret: adyenKey, body: batch({ ...example, ...one }) },
    )
    const { notificationItems } = JSON.parse(Buffer.from(delivery.body).toString()) as ReturnType<typeof batch>
    return notificationItems[0]![item] as typeof example
  }

  it('verifies the published example, and makes it', () => {
    expect(verify(example)).toBe('ok')
    expect(sign({}).additionalData).toEqual(example.additionalData)
  })

  it('rejects a batch in which one item is forged, wherever it is', () => {
    const other = sign({ pspReference: 'another' })
    expect(verify(example, other)).toBe('ok')
    const forged = { ...example, amount: { value: 113000, currency: 'EUR' } }
    for (const items of [[forged], [example, forged], [forged, example], [example, forged, other]])
      expect(verify(...items)).toBe('SIGNATURE_MISMATCH')
    expect(verify(example, { ...example, additionalData: {} })).toBe('SIGNATURE_MISSING')
    expect(verify(example, null)).toBe('SIGNATURE_MISSING')
    expect(authenticate(scheme, { notificationItems: [{ [item]: example }, 'text'] }, adyenKey)).toBe(
      'SIGNATURE_MISSING',
    )
  })

  it.each([[{}], [{ notificationItems: [] }], [{ notificationItems: {} }], [{ notificationItems: 'text' }]])(
    'takes no list without items: %j',
    (body) => expect(authenticate(scheme, body, adyenKey)).toBe('SIGNATURE_MISSING'),
  )

  it('takes 1,000 items at most', () => {
    const items = Array.from({ length: 1_001 }, (_, index) => sign({ pspReference: String(index) }))
    expect(verify(...items.slice(1))).toBe('ok')
    expect(verify(...items)).toBe('SIGNATURE_MALFORMED')
  })

  it('takes no item twice', () => {
    expect(verify(example, { ...example, reason: 'another' })).toBe('SIGNATURE_MALFORMED')
  })

  it('accepts a batch in which a new key begins', () => {
    const second = 'AB'.repeat(32)
    const body = Buffer.from(JSON.stringify(batch(example, sign({ pspReference: '1' }))))
    const delivery = { method: 'POST', url: '/', headers: toHeaderList({}), receivedAt: now, body }
    const keys = [second, adyenKey].map((key) => scheme.prepareKey(key))
    expect(scheme.verify({}, delivery, keys)).toMatchObject({ keyIndex: 1 })
  })

  it('lets the reference of the merchant contain the separator, and no other member', () => {
    expect(verify(sign({ merchantReference: 'a:b:1' }))).toBe('ok')
    const moved = sign({ merchantReference: 'a:b' })
    expect(verify({ ...moved, merchantReference: 'b', merchantAccountCode: 'TestMerchant:a' })).toBe(
      'SIGNED_MEMBER_INVALID',
    )
    expect(verify({ ...moved, eventCode: 'A:B' })).toBe('SIGNED_MEMBER_INVALID')
  })

  it('rejects every change of a signed member', () => {
    for (const [path] of adyenMembers) {
      const changed = structuredClone(example) as Record<string, unknown>
      const [name = '', inner] = path.split('.')
      if (inner === undefined) changed[name] = `${JSON.stringify(changed[name])}x`
      else (changed[name] as Record<string, unknown>)[inner] = 7
      expect([path, verify(changed)]).toEqual([path, 'SIGNATURE_MISMATCH'])
    }
  })

  it('has one reading, whatever is accepted', () => {
    const text = fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom('', 'a', '1') },
      fc.string({ unit: fc.constantFrom('a', ':', '1'), maxLength: 3 }),
    )
    const some: fc.Arbitrary<Partial<typeof example>> = fc.record({
      pspReference: text,
      originalReference: text,
      merchantAccountCode: text,
      merchantReference: fc.string({ unit: fc.constantFrom('a', ':', '1'), maxLength: 5 }),
      amount: fc.record({ value: fc.nat(12), currency: text }),
      eventCode: text,
      success: text,
    })
    const messageOf = (one: Partial<typeof example>): string | undefined => {
      const signed = sign(one)
      const body = Buffer.from(JSON.stringify(batch(signed)))
      const delivery = { method: 'POST', url: '/', headers: toHeaderList({}), receivedAt: now, body }
      const found = scheme.verify({}, delivery, [scheme.prepareKey(adyenKey)])
      return found !== undefined && 'keyIndex' in found ? String(scheme.signedBytes(found.claim, delivery)) : undefined
    }
    const tried = (one: Partial<typeof example>): string | undefined => {
      try {
        return messageOf(one)
      } catch {
        return undefined
      }
    }
    const seen = new Map<string, object>()
    fc.assert(
      fc.property(some, (one) => {
        const message = tried(one)
        if (message === undefined) return
        expect(seen.get(message) ?? one).toEqual(one)
        seen.set(message, one)
      }),
      { numRuns: 500 },
    )
    expect(seen.size).toBeGreaterThan(20)
  })

  it('gives identify the signed members of every item', () => {
    const { additionalData: _, ...signed } = example
    expect(scheme.signedBody!(batch({ ...example, reason: 'unsigned' }))).toEqual({
      notificationItems: [{ [item]: signed }],
    })
    expect(scheme.signedBody!({ notificationItems: 'text' })).toEqual({ notificationItems: [] })
  })

  it('signs two batches differently, however their items are cut', () => {
    const bytes = (...messages: string[]): unknown => scheme.signedBytes({ messages } as never, {} as never)
    expect(String(bytes('ab', 'c'))).not.toBe(String(bytes('a', 'bc')))
  })
})

describe('bodySignature', () => {
  it.each<[string, Partial<BodySignatureOptions>, string]>([
    ['it is not accepted that the rest is unsigned', { acceptUnsignedMembers: false }, 'acceptUnsignedMembers: true'],
    ['the time is not signed', { freshness: fromBody('event-data.timestamp', 'seconds') }, 'must be a signed member'],
    ['the time is in a header', { freshness: fromHeader('x-time', 'seconds') }, 'must be a signed member'],
    [
      'two members meet without a sign',
      { signed: [member('signature.timestamp'), member('token')] },
      'signature.timestamp',
    ],
    [
      'a member of digits meets another one',
      { signed: [member('signature.timestamp', { characters: 'digits' }), member('token')] },
      'needs a length',
    ],
    [
      'two members are free',
      { signed: [member('signature.timestamp', { free: true }), literal('.'), member('token', { free: true })] },
      'free',
    ],
    ['there is no member', { signed: [literal('.')], freshness: noTimestamp('none') }, 'needs a member'],
    [
      'a part is of the head',
      { signed: [parts.method as never, member('signature.timestamp')] },
      'parts.member and parts.literal',
    ],
    ['the option is unknown', { header: 'x-signature' } as never, 'unknown option'],
  ])('throws PROVIDER_INVALID where %s', (_name, change, named) => {
    expect(() => bodySignature({ ...mailgunOptions, ...change })).toThrow(
      expect.objectContaining({ code: 'PROVIDER_INVALID', message: expect.stringContaining(named) }),
    )
  })

  it('says what is not signed', () => {
    expect(bodySignature(adyenOptions).describe()).toMatchObject({
      header: '',
      algorithm: 'HMAC-SHA256',
      also: ['every item of notificationItems must verify', 'no other member of the body is signed'],
    })
  })

  it('stands alone: no other scheme and no other message takes its members', () => {
    expect(() => oneOf(bodySignature(mailgunOptions))).toThrow(/use it alone/)
    const options = { header: 'x-a', encoding: 'hex', freshness: noTimestamp('none') } as const
    expect(() => hmac({ ...options, signed: [member('a') as never, parts.body] })).toThrow(/bodySignature/)
  })
})
