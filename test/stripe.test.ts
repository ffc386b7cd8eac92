import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReceiver, safeVerify, type EventEnvelope, type WebhookEvent } from 'sallyport'
import { createInbox } from 'sallyport/inbox'
import { unchecked, withEvents } from 'sallyport/provider'
import { github } from 'sallyport/providers/github'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { stripe } from 'sallyport/providers/stripe'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import type Stripe from 'stripe'

const secret = 'whsec_stripe'
const now = Date.UTC(2026, 10, 29)
const day = 86_400_000

const connected = {
  id: 'evt_1',
  object: 'event',
  account: 'acct_1',
  api_version: '2026-10-28.basil',
  created: 1_780_000_000,
  livemode: true,
  type: 'invoice.paid',
  data: { object: { id: 'in_1' } },
}
const thin = {
  id: 'evt_test_1',
  object: 'v2.core.event',
  type: 'v1.billing.meter.no_meter_found',
  created: '2026-11-28T12:00:00.123Z',
  livemode: false,
  context: 'acct_2',
  related_object: { id: 'mtr_1', type: 'billing.meter', url: '/v1/billing/meters/mtr_1' },
  reason: null,
}

async function readEvent(body: { readonly type: string }): Promise<WebhookEvent> {
  const { headers, body: bytes } = signDelivery(stripe(), { secret, now, type: body.type, body })
  const result = await safeVerify(stripe(), { secret, headers, body: bytes, receivedAt: now })
  if (!result.ok) throw result.error
  return result.event
}

const envelope: EventEnvelope = { createdAt: new Date(1_780_000_000_000), account: 'acct_1', livemode: true }

describe('an event of Stripe', () => {
  it('has its data, and the rest in its envelope', async () => {
    expect(await readEvent(connected)).toMatchObject({ id: 'evt_1', data: { object: { id: 'in_1' } }, envelope })
  })

  it.each([
    ['a declared type', thin],
    ['any other type', { ...thin, type: 'v2.core.account_person.created' }],
    ['data of its own', { ...thin, type: 'v2.core.account.updated', data: { changed: 1 } }],
    [
      'the members that are promised only',
      { id: 'evt_2', object: 'v2.core.event', type: 'v2.core.event_destination.ping' },
    ],
  ])('of API v2 has the whole body as data: %s', async (_what, body) => {
    expect(await readEvent(body)).toMatchObject({ id: body.id, type: body.type, data: body })
  })

  it('of API v2 has its time in the envelope', async () => {
    expect((await readEvent(thin)).envelope).toEqual({
      createdAt: new Date('2026-11-28T12:00:00.123Z'),
      account: undefined,
      livemode: false,
    })
  })

  it('may have an envelope of nulls and other types', async () => {
    const odd = { ...connected, account: null, created: 'soon', livemode: 'yes' }
    expect((await readEvent(odd)).envelope).toEqual({ createdAt: undefined, account: undefined, livemode: undefined })
  })

  it('keeps its envelope in an inbox', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-stripe-'))
    const inbox = createInbox(join(folder, 'events.db'))
    onTestFinished(async () => {
      await inbox.stop()
      await rm(folder, { recursive: true })
    })
    const receiver = createReceiver(stripe(), { secret, inbox })
    const seen = new Promise((resolve) => void receiver.onAny((event) => resolve(event.envelope)))
    expect(await receiver.receive(signDelivery(stripe(), { secret, body: connected }))).toMatchObject({ status: 202 })
    expect(await seen).toEqual(envelope)
  })
})

describe("an event with Stripe's own type", () => {
  it('is passed on without a check', async () => {
    const type = 'customer.subscription.updated'
    const provider = withEvents(stripe(), { [type]: unchecked<Stripe.CustomerSubscriptionUpdatedEvent['data']>() })
    const seen: unknown[] = []
    const receiver = createReceiver(provider, { secret }).on(type, ({ data }) => void seen.push(data))
    const data = { object: 'not a subscription' }
    await receiver.receive(signDelivery(stripe(), { secret, type, body: { ...connected, type, data } }))
    expect(seen).toEqual([data])
    const checked = createReceiver(stripe(), { secret }).onAny(() => {})
    const reply = await checked.receive(signDelivery(stripe(), { secret, type, body: { ...connected, type, data } }))
    expect(reply.code).toBe('PAYLOAD_INVALID')
  })
})

describe('the retention of events', () => {
  const retentionOf = (options: Parameters<typeof createReceiver>[1] = {}, provider = stripe()): number =>
    createReceiver(provider, { secret, ...options }).describe().retentionMs

  it("covers the sender's own retries", () => {
    expect(retentionOf()).toBe(3 * day)
    expect(createReceiver(standardWebhooks({ events: {} }), { secret: 'whsec_c2VjcmV0' }).describe().retentionMs).toBe(
      272_105_000,
    )
    expect(createReceiver(github(), { secret }).describe().retentionMs).toBe(day)
  })

  it("is the larger of the provider's two figures", () => {
    const retryWindow = { ms: 2 * day, source: 'https://example.com', readOn: '2026-11-29' }
    expect(retentionOf({}, { ...stripe(), retryWindow, retentionMs: day })).toBe(2 * day)
    expect(retentionOf({}, { ...stripe(), retryWindow, retentionMs: 5 * day })).toBe(5 * day)
  })

  it('is what the receiver says, even if it is shorter', () => {
    expect(retentionOf({ retentionMs: day })).toBe(day)
  })

  it('drops a retry of the third day', async () => {
    const receiver = createReceiver(stripe(), { secret }).onAny(() => {})
    const send = (at: number) =>
      receiver.receive({ ...signDelivery(stripe(), { secret, now: at, body: connected }), receivedAt: at })
    expect(await send(now)).toMatchObject({ outcome: 'handled' })
    expect(await send(now + 3 * day - 1)).toMatchObject({ outcome: 'duplicate' })
  })
})
