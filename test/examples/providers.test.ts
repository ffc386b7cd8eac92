import { createHmac } from 'node:crypto'
import { createReceiver, type EventMap, type Receiver } from 'sallyport'
import { linear } from 'sallyport/providers/linear'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { stripe } from 'sallyport/providers/stripe'
import { signDelivery, type SignedDelivery, type Signer } from 'sallyport/testing'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { secrets } from '../support/examples/environment.ts'

beforeAll(() => {
  for (const [name, value] of Object.entries(secrets)) vi.stubEnv(name, value)
  vi.spyOn(console, 'log').mockImplementation(() => {})
})

async function receiveTwice({ receive }: Pick<Receiver, 'receive'>, delivery: SignedDelivery): Promise<string[]> {
  return [(await receive(delivery)).outcome, (await receive(delivery)).outcome]
}

describe('examples/providers/standard-webhooks.ts', () => {
  it('handles an event once', async () => {
    const { receiver } = await import('../../examples/providers/standard-webhooks.ts')
    const provider = standardWebhooks({ events: { 'contact.created': z.unknown() } })
    const delivery = signDelivery(provider, { secret: secrets.STANDARD_WEBHOOK_SECRET })
    expect(await receiveTwice(receiver, delivery)).toEqual(['handled', 'duplicate'])
  })
})

describe('examples/providers/more-events.ts', () => {
  it('validates data with the schema it adds', async () => {
    const { receiver } = await import('../../examples/providers/more-events.ts')
    const sign = (body: object): SignedDelivery =>
      signDelivery(stripe(), { secret: secrets.STRIPE_WEBHOOK_SECRET, body })
    const data = { object: { id: 'in_1', amount_paid: 4999, currency: 'eur' } }
    const body = { id: 'evt_1', type: 'invoice.paid', data }
    expect(await receiveTwice(receiver, sign(body))).toEqual(['handled', 'duplicate'])
    expect((await receiver.receive(sign({ ...body, id: 'evt_2', data: {} }))).code).toBe('PAYLOAD_INVALID')
  })
})

describe('a fixture', () => {
  it.each([
    ['providers/standard-webhooks.ts', standardWebhooks({ events: {} }), 'contact.created', 'STANDARD_WEBHOOK_SECRET'],
    ['providers/linear.ts', linear(), 'Issue', 'LINEAR_WEBHOOK_SECRET'],
    ['providers/more-events.ts', stripe(), 'invoice.paid', 'STRIPE_WEBHOOK_SECRET'],
    ['providers/sender-types.ts', stripe(), 'customer.subscription.updated', 'STRIPE_WEBHOOK_SECRET'],
  ] as const)('is accepted by examples/%s', async (file, provider, type, name) => {
    const { receiver } = (await import(`../../examples/${file}`)) as { receiver: Receiver }
    receiver.onAny(() => {})
    const delivery = signDelivery<EventMap>(provider, { secret: secrets[name], type })
    expect(await receiver.receive(delivery)).toMatchObject({ outcome: 'handled' })
  })
})

describe('examples/providers/dedupe-key.ts', () => {
  it('handles a wakeup once, and other events per signature', async () => {
    const { receiver } = await import('../../examples/providers/dedupe-key.ts')
    const handled: string[] = []
    receiver.onAny(({ type }) => void handled.push(type))
    const secret = secrets.SONZAI_WEBHOOK_SECRET
    for (const age of [0, 1000, 2000]) {
      const now = Date.now() - age
      await receiver.receive(signDelivery(sonzai(), { secret, now, type: 'on_wakeup_ready' }))
      await receiver.receive(signDelivery(sonzai(), { secret, now, type: 'on_mood_updated' }))
    }
    expect(handled.filter((type) => type === 'on_wakeup_ready')).toHaveLength(1)
    expect(handled.filter((type) => type === 'on_mood_updated')).toHaveLength(3)
  })
})

describe('examples/providers/claimed-type.ts', () => {
  it('handles an event once, whatever its header claims', async () => {
    const { shop } = await import('../../examples/providers/claimed-type.ts')
    const secret = 'documented'
    const receiver = createReceiver(shop, { secret }).on('claimed:orders/create', () => {})
    const deliver = (headers?: Record<string, string>) =>
      signDelivery(shop, { secret, body: { line_items: [] }, headers })
    expect(await receiveTwice(receiver, deliver())).toEqual(['handled', 'duplicate'])
    expect(await receiver.receive(deliver({ 'x-shop-topic': 'other' }))).toMatchObject({ outcome: 'duplicate' })
    const odd = signDelivery(shop, { secret, body: { id: 1 } })
    expect(await receiver.receive(odd)).toMatchObject({ code: 'PAYLOAD_INVALID' })
  })
})

describe('examples/providers/handshakes.ts', () => {
  it('answers both checks of its sender', async () => {
    const { chat } = await import('../../examples/providers/handshakes.ts')
    const [secret, provider] = ['documented', chat('our verify token')]
    const receiver = createReceiver(provider, { secret }).on('message', () => {})
    const signed = signDelivery(provider, { secret, body: { type: 'url_verification', challenge: 'abc' } })
    expect(await receiver.receive(signed)).toMatchObject({ outcome: 'handshake', body: '{"challenge":"abc"}' })
    const url = '/?hub.mode=subscribe&hub.verify_token=our%20verify%20token&hub.challenge=42'
    const get = { method: 'GET', url, headers: {}, body: new Uint8Array() }
    expect(await receiver.receive(get)).toMatchObject({ outcome: 'handshake', body: '42' })
    const event = signDelivery(provider, { secret, body: { id: 1, type: 'message', text: 'hello' } })
    expect(await receiveTwice(receiver, event)).toEqual(['handled', 'duplicate'])
  })
})

describe('examples/providers/signed-body.ts', () => {
  it('rejects contradictions, missing ids and old events', async () => {
    const { acme } = await import('../../examples/providers/signed-body.ts')
    const secret = `acme_${Buffer.from('documented').toString('base64')}`
    const signer: Signer = ({ body }) => ({
      'X-Acme-Signature': createHmac('sha256', 'documented').update(body).digest('base64'),
    })
    const meta = { id: 'e1', type: 'order.paid', sent_at: new Date().toISOString() }
    const receiver = createReceiver(acme, { secret }).on('order.paid', () => {})
    const receive = async (headers: Record<string, string>, changes: object = {}): Promise<string> => {
      const body = { meta: { ...meta, ...changes }, data: { order: 'A-1' } }
      const reply = await receiver.receive(signDelivery(acme, { secret, signer, headers, body }))
      return reply.code ?? reply.outcome
    }
    expect(await receive({ 'X-Acme-Event': 'order.refunded' })).toBe('HEADER_DISAGREES')
    expect(await receive({ 'X-Acme-Event': 'order.paid' })).toBe('handled')
    expect(await receive({})).toBe('duplicate')
    expect(await receive({}, { id: 2 })).toBe('EVENT_UNIDENTIFIED')
    expect(await receive({}, { id: 'e2', sent_at: new Date(Date.now() - 61_000).toISOString() })).toBe(
      'TIMESTAMP_STALE',
    )
  })
})
