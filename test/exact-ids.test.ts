import { createReceiver, type Provider, type ReceiverOptions } from 'sallyport'
import { openFeed } from 'sallyport/feed'
import { defineProvider, parseExact, readId } from 'sallyport/provider'
import { github } from 'sallyport/providers/github'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { stripe } from 'sallyport/providers/stripe'
import { signDelivery, signers } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'

const now = Date.parse('2026-11-28T12:00:00Z')
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

/** Two ids that are one number to JSON.parse. */
const one = '9007199254740992'
const other = '9007199254740993'

const acme = defineProvider({
  ...stripe(),
  name: 'acme',
  identify: ({ body }) => ({ id: readId(body, 'meta', 'ids', 0), type: body['type'], data: body['data'] }),
  events: { 'order.paid': z.looseObject({}) },
})

/** Delivers bodies that differ in one id, each signed a second later than the one before. */
async function deliver(provider: Provider, bodies: readonly string[], options: Partial<ReceiverOptions> = {}) {
  let at = now
  const ids: string[] = []
  const receiver = createReceiver(provider, { secret, now: () => at, ...options })
  receiver.onAny(({ id }) => void ids.push(id)).onUnknown(({ id }) => void ids.push(id))
  const outcomes: string[] = []
  for (const body of bodies) {
    at += 1000
    const signer = signers[provider.name as keyof typeof signers] ?? signers.stripe
    const { outcome } = await receiver.receive(
      signDelivery(provider, {
        secret,
        body,
        type: provider.name === 'github' ? 'ping' : 'app.installed',
        now: at,
        signer,
        id: `${at}`,
      }),
    )
    outcomes.push(outcome)
  }
  return { ids, outcomes }
}

describe('an id above 2^53', () => {
  it.each<[string, Provider, (id: string) => string, string]>([
    [
      'message_id of Sonzai',
      sonzai({ messageIds: true }),
      (id) => `{"event_type":"agent.message","message_id":${id}}`,
      `agent.message:message:${other}`,
    ],
    [
      'message.id of Sonzai',
      sonzai({ messageIds: true }),
      (id) => `{"event_type":"agent.message","message":{"id":${id}}}`,
      `agent.message:message:${other}`,
    ],
    [
      'wakeup.wakeup_id of Sonzai',
      sonzai({ messageIds: true }),
      (id) => `{"event_type":"on_wakeup_ready","wakeup":{"wakeup_id":${id}}}`,
      `on_wakeup_ready:wakeup:${other}`,
    ],
    [
      'wakeup_id of Sonzai',
      sonzai({ messageIds: true }),
      (id) => `{"event_type":"agent.wakeup","wakeup_id":${id}}`,
      `agent.wakeup:wakeup:${other}`,
    ],
    ['id of Stripe', stripe(), (id) => `{"id":${id},"type":"invoice.paid","data":{"object":{}}}`, other],
    ['a nested id', acme, (id) => `{"meta":{"ids":[${id}]},"type":"order.paid","data":{}}`, other],
  ])('names an event by all its digits: %s', async (_name, provider, body, id) => {
    const { ids, outcomes } = await deliver(provider, [body(one), body(other), body(other), body(`"${other}"`)])
    expect(outcomes).toEqual(['handled', 'handled', 'duplicate', 'duplicate'])
    expect(ids[1]).toBe(id)
  })

  it.each<[string, Provider, (id: string) => string]>([
    ['Sonzai', sonzai(), (id) => `{"event_type":"agent.message","message_id":${id}}`],
    ['GitHub', github(), (id) => `{"zen":"","hook":{},"hook_id":${id}}`],
    [
      'Invoratec',
      invoratec(),
      (id) =>
        `{"event":"app.installed","timestamp":"2026-11-28T12:00:00.000Z","data":{"appId":"a","appName":"b","n":${id}}}`,
    ],
    [
      'Standard Webhooks',
      standardWebhooks({ events: { 'a.b': z.looseObject({}) } }),
      (id) => `{"type":"a.b","data":{"id":${id}}}`,
    ],
  ])('tells events apart that are named by a digest or a header: %s', async (_name, provider, body) => {
    const { ids, outcomes } = await deliver(provider, [body(one), body(other)])
    expect(outcomes).toEqual(['handled', 'handled'])
    expect(new Set(ids).size).toBe(2)
  })

  it('reaches dedupeKey with all its digits', async () => {
    const body = (id: string): string => `{"id":"evt","type":"invoice.paid","data":{"object":{"id":${id}}}}`
    const { outcomes } = await deliver(stripe(), [body(one), body(other), body(other)], {
      dedupeKey: (_identity, signed) => readId(signed.body, 'data', 'object', 'id'),
    })
    expect(outcomes).toEqual(['handled', 'handled', 'duplicate'])
  })

  it('passes a feed with all its digits', async () => {
    const receiver = createReceiver(sonzai({ messageIds: true }), { secret })
    const ids: string[] = []
    receiver.on('agent.message', ({ id }) => void ids.push(id))
    const feed = openFeed(receiver, 'test')
    for (const id of [one, other]) {
      await feed.deliver({ body: parseExact(`{"event_type":"agent.message","message_id":${id}}`) })
    }
    expect(ids).toEqual([`agent.message:message:${one}`, `agent.message:message:${other}`])
  })
})
