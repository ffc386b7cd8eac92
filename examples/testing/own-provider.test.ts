import { createReceiver } from 'sallyport'
import { defineProvider, fromBody, hmac, parts } from 'sallyport/provider'
import { signDelivery } from 'sallyport/testing'
import { expect, it } from 'vitest'
import * as z from 'zod'

const secret = 'made-up'
const acme = defineProvider({
  name: 'acme',
  scheme: hmac({
    header: 'x-acme-signature',
    encoding: 'hex',
    signed: [parts.body],
    freshness: fromBody('sent_at', 'iso'),
  }),
  identify: ({ body: { type, data } }) => ({ type, data }),
  events: { 'order.paid': z.looseObject({ order: z.string() }) },
})

it('handles an order', async () => {
  const receiver = createReceiver(acme, { secret }).on('order.paid', () => {})
  const content = { type: 'order.paid', data: { order: 'A-1' } }

  const reply = await receiver.receive(signDelivery(acme, { secret, body: content }))

  expect(reply.outcome).toBe('handled')
})
