import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { createReceiver } from '../../receive/receiver.ts'
import { fromBody, fromHeader, noTimestamp, type Freshness } from '../../verify/freshness.ts'
import { defineProvider, type Provider, type SignedView } from '../../verify/provider.ts'
import { ed25519 } from '../../verify/schemes/ed25519.ts'
import { hmac } from '../../verify/schemes/hmac.ts'
import { parts, type MessagePart } from '../../verify/schemes/message.ts'
import { oneOf } from '../../verify/schemes/one-of.ts'
import { unauthenticated } from '../../verify/schemes/unauthenticated.ts'
import { withRequiredHeader } from '../../verify/schemes/with-required-header.ts'
import type { Scheme } from '../../verify/schemes/scheme.ts'
import { signDelivery, type SignOptions } from '../sign-delivery.ts'

const secret = 'made-up'
const now = Date.UTC(2026, 3, 12, 8)
const Order = z.looseObject({ order: z.string(), cents: z.int() })

const bodyAlone: readonly MessagePart[] = [parts.body]
const sign = (signed = bodyAlone, freshness: Freshness = noTimestamp('none')): Scheme =>
  hmac({ header: 'x-acme-signature', encoding: 'hex', signed, freshness })

function acme(scheme: Scheme, more: Partial<Provider> = {}): Provider {
  return defineProvider({
    name: 'acme',
    scheme,
    identify: ({ body: { type, data } }) => ({ type, data }),
    events: { 'order.paid': Order },
    ...more,
  })
}

const order = { type: 'order.paid', data: { order: 'A-1', cents: 1 } }
const deliver = (provider: Provider, options: Partial<SignOptions> = {}) =>
  signDelivery(provider, { secret, body: order, ...options })
const bodyOf = (provider: Provider, options?: Partial<SignOptions>): unknown =>
  JSON.parse(Buffer.from(deliver(provider, options).body).toString())

describe('signDelivery for a provider of your own', () => {
  it('needs no signer', async () => {
    const provider = acme(
      sign([parts.header('x-acme-time'), parts.literal('.'), parts.body], fromHeader('x-acme-time', 'seconds')),
    )
    const receiver = createReceiver(provider, { secret }).on('order.paid', () => {})
    expect((await receiver.receive(deliver(provider))).outcome).toBe('handled')
  })

  it('throws for a scheme that is code, naming the option', () => {
    const code: Scheme = { ...sign(), kind: 'acme-code', definition: undefined }
    for (const scheme of [code, oneOf(sign(), code), withRequiredHeader(code, 'x-a', ['b'])]) {
      expect(() => deliver(acme(scheme))).toThrow(
        expect.objectContaining({
          code: 'OPTION_INVALID',
          message: expect.stringMatching(/acme.*"acme-code".*"signer"/),
        }),
      )
    }
    const { plainHeaders } = deliver(acme(code), { signer: () => ({ 'x-own': 'yes' }) })
    expect(plainHeaders['x-own']).toBe('yes')
  })

  it('throws SECRET_INVALID for a secret it cannot sign with', () => {
    const format = { header: 'x-a', encoding: 'hex', signed: bodyAlone, freshness: noTimestamp('none') } as const
    const hex = acme(hmac({ ...format, key: { encoding: 'hex' } }))
    expect(() => deliver(hex)).toThrow(expect.objectContaining({ code: 'SECRET_INVALID' }))
    expect(() => deliver(hex, { secret: ['ab', 'not hex'] })).toThrow(/secret 2 of acme/)
    const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
    const pair = acme(ed25519({ ...format, key: { strip: 'whpk_', encoding: 'base64url' } }))
    expect(() => deliver(pair, { secret: `whpk_${x}` })).toThrow(/private key/)
  })

  it('sends what a scheme without a signature asks for', () => {
    expect(deliver(acme(unauthenticated())).plainHeaders).toEqual({ 'Content-Type': 'application/json' })
    const required = withRequiredHeader(unauthenticated(), 'X-Team', ['agents', 'others'])
    expect(deliver(acme(required)).plainHeaders).toMatchObject({ 'X-Team': 'agents' })
  })

  it('shows no credential of a scheme that is printed', () => {
    const provider = acme(withRequiredHeader(sign(), 'X-Team', ['credential']))
    expect(JSON.stringify([provider, provider.scheme.describe()])).not.toContain('credential')
  })
})

describe('signed headers', () => {
  const signed = [
    ...['x-acme-id', 'x-acme-kind', 'x-tenant'].flatMap((name) => [parts.header(name), parts.literal('|')]),
    parts.body,
  ]
  const ask = ({ signedHeader, body }: SignedView) => ({
    id: signedHeader('X-Acme-Kind'),
    type: signedHeader('x-acme-id'),
    data: body,
  })

  it('are what identify reads them as', () => {
    const options = { id: 'one', type: 'order.paid' }
    const { plainHeaders } = deliver(acme(sign(signed), { identify: ask }), options)
    expect(plainHeaders).toMatchObject({ 'x-acme-id': 'order.paid', 'x-acme-kind': 'one' })
    expect(plainHeaders['x-tenant']).toMatch(/^[0-9a-f]{24}$/)
  })

  it('are told by their names where identify does not say', () => {
    const silent = () => {
      throw new Error('another sender')
    }
    const { plainHeaders } = deliver(acme(sign(signed), { identify: silent }), { id: 'one' })
    expect(plainHeaders).toMatchObject({ 'x-acme-id': 'one' })
  })

  it('are what you say they are', async () => {
    const provider = acme(sign(signed))
    const delivery = deliver(provider, { headers: { 'X-Tenant': 'eu', 'X-Unsigned': 'a' } })
    expect(delivery.plainHeaders).toMatchObject({ 'X-Tenant': 'eu', 'X-Unsigned': 'a' })
    const receiver = createReceiver(provider, { secret }).on('order.paid', () => {})
    expect((await receiver.receive(delivery)).outcome).toBe('handled')
  })

  it('have the form that the scheme says', () => {
    const id = parts.header('x-acme-id', { length: 36, characters: 'digits' })
    expect(deliver(acme(sign([id, parts.body]))).plainHeaders['x-acme-id']).toMatch(/^\d{36}$/)
    const plain = acme(sign([parts.header('x-acme-id'), parts.literal('.'), parts.body]))
    expect(deliver(plain).plainHeaders['x-acme-id']).toMatch(/^msg_[0-9a-f]{24}$/)
    const cut = acme(sign([parts.header('x-acme-id'), parts.literal('_a1'), parts.body]))
    expect(deliver(cut).plainHeaders['x-acme-id']).toMatch(/^[02-9b-f]{24}$/)
  })
})

describe('a time in the body', () => {
  const timed = acme(sign(bodyAlone, fromBody('meta.sent_at', 'seconds')))
  const own = { ...order, meta: { sent_at: 1, other: 2 } }

  it('is written where it is missing', () => {
    expect(bodyOf(timed, { now })).toEqual({ ...order, meta: { sent_at: now / 1000 } })
    expect(bodyOf(timed, { body: { ...order, meta: { other: 2 } } })).toMatchObject({
      meta: { sent_at: expect.any(Number), other: 2 },
    })
    expect(own.meta.sent_at).toBe(1)
  })

  it('stays yours unless you pass now', () => {
    expect(bodyOf(timed, { body: own })).toEqual(own)
    expect(bodyOf(timed, { body: own, now })).toEqual({ ...own, meta: { sent_at: now / 1000, other: 2 } })
  })

  it('is not written into bytes, text, or what is no object', () => {
    const text = '{ "type": "order.paid" }'
    for (const body of [text, Buffer.from(text)])
      expect(Buffer.from(deliver(timed, { body, now }).body).toString()).toBe(text)
    expect(bodyOf(timed, { body: [1], now })).toEqual([1])
    expect(bodyOf(timed, { body: { meta: 'text' }, now })).toEqual({ meta: 'text' })
  })

  it('can be left out by edit', () => {
    expect(bodyOf(timed, { edit: ({ meta: _time, ...rest }) => rest })).toEqual(order)
  })
})

describe('a body that is left out', () => {
  const scheme = sign(bodyAlone, fromBody('at', 'iso'))
  const missing = (message: RegExp) =>
    expect.objectContaining({ code: 'OPTION_INVALID', message: expect.stringMatching(message) })

  it('is made up where identify and the schema take it', async () => {
    const provider = acme(scheme, { events: { 'order.paid': z.looseObject({}) } })
    const receiver = createReceiver(provider, { secret }).on('order.paid', () => {})
    const delivery = signDelivery(provider, { secret })
    expect((await receiver.receive(delivery)).outcome).toBe('handled')
  })

  it('names what the schema lacks', () => {
    expect(() => signDelivery(acme(scheme), { secret })).toThrow(
      missing(/body is missing.*lacks order, cents; pass the whole body/),
    )
  })

  it('is needed where identify does not find its event', () => {
    const elsewhere = acme(scheme, {
      identify: ({ body: { meta } }) => ({ type: (meta as { kind: string }).kind, data: 1 }),
    })
    expect(() => signDelivery(elsewhere, { secret })).toThrow(missing(/"order.paid" to its identify/))
    const header = acme(scheme, { identify: ({ signedHeader }) => ({ type: signedHeader('x-event'), data: 1 }) })
    expect(() => signDelivery(header, { secret })).toThrow(missing(/pass the whole body/))
  })
})
