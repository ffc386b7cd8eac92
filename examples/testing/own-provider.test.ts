import { createHmac } from 'node:crypto'
import { createReceiver } from 'sallyport'
import { defineProvider, fromBody, hmac, parts } from 'sallyport/provider'
import { signDelivery, type Signer } from 'sallyport/testing'
import { expect, it } from 'vitest'
import * as z from 'zod'

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

const signAcme: Signer = ({ secrets, body: bytes }) => ({
  'X-Acme-Signature': createHmac('sha256', secrets[0]!).update(bytes).digest('hex'),
})

it('handles an order', async () => {
  const receiver = createReceiver(acme, { secret: 'made-up' }).on('order.paid', () => {})
  const content = { type: 'order.paid', sent_at: new Date().toISOString(), data: { order: 'A-1' } }

  const reply = await receiver.receive(signDelivery(acme, { secret: 'made-up', signer: signAcme, body: content }))

  expect(reply.outcome).toBe('handled')
})
