import { createReceiver, type ReceiverOptions } from 'sallyport'
import { shopify } from 'sallyport/providers/shopify'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'

describeSender('shopify', shopify(), {
  type: 'claimed:orders/create',
  claimHeader: 'x-shopify-topic',
  bodyOf: (_type, _time, data) => ({ currency: 'EUR', ...data }),
})

describeVectors(shopify(), [
  {
    from: 'the published secret, body and signature',
    secret: 'test_secret_key',
    headers: {
      'x-shopify-topic': 'orders/create',
      'x-shopify-hmac-sha256': 'B23tXN681gZ0qIWNRrgtzBE9XSDo5yaUu6wfmhu3a7g=',
    },
    body: '{"foo": "bar"}',
    event: { type: 'claimed:orders/create', claimedType: 'orders/create', data: { foo: 'bar' } },
  },
])

describe('two topics of Shopify with one body', () => {
  async function send(options: Pick<ReceiverOptions, 'dedupeKey'>): Promise<string[]> {
    const secret = 'test_secret_key'
    const receiver = createReceiver(shopify(), { secret, ...options }).onAny(() => {})
    const outcomes: string[] = []
    for (const topic of ['orders/create', 'orders/paid', 'orders/paid']) {
      const delivery = signDelivery(shopify(), {
        secret,
        type: `claimed:${topic}`,
        body: { id: 1, total_price: '5.00' },
      })
      outcomes.push((await receiver.receive(delivery)).outcome)
    }
    return outcomes
  }

  it('are one event: nothing unsigned is part of the key', async () => {
    expect(await send({})).toEqual(['handled', 'duplicate', 'duplicate'])
  })

  it('are two with the key that the document gives', async () => {
    const dedupeKey: ReceiverOptions['dedupeKey'] = ({ type }, { body }) => JSON.stringify([type, body])
    expect(await send({ dedupeKey })).toEqual(['handled', 'handled', 'duplicate'])
  })
})
