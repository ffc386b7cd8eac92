import { createReceiver } from 'sallyport'
import { zendesk } from 'sallyport/providers/zendesk'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'

describeSender('zendesk', zendesk(), {
  // The secret that Zendesk documents for test requests; its text is the key.
  secrets: ['dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==', 'another-zendesk-secret'],
  type: 'zen:event-type:user.created',
  bodyOf: (type, time, { id, ...data }) => ({
    // Other names are bodies of triggers.
    type: type.startsWith('zen:') || type === 'PAYLOAD-MARKER' ? type : `zen:event-type:${type}`,
    id,
    time,
    detail: {},
    ...data,
  }),
})

describe('a trigger of Zendesk', () => {
  it.each([{ ticket: 1 }, { type: 'incident' }, { type: 5 }])('may have any body: %j', async (body) => {
    const secret = 'zendesk-secret'
    const types: string[] = []
    const receiver = createReceiver(zendesk(), { secret }).onAny(({ type }) => void types.push(type))
    const delivery = signDelivery(zendesk(), { secret, type: 'trigger', body })
    expect(await receiver.receive(delivery)).toMatchObject({ outcome: 'handled' })
    expect(types).toEqual(['trigger'])
  })
})

it('answers a failed handler so that Zendesk retries', async () => {
  const secret = 'zendesk-secret'
  const receiver = createReceiver(zendesk(), { secret }).onError(() => {})
  receiver.onAny(() => Promise.reject(new Error('no database')))
  const reply = await receiver.receive(signDelivery(zendesk(), { secret }))
  expect(reply).toMatchObject({ code: 'HANDLER_FAILED', status: 503, headers: { 'retry-after': '5' } })
})

// The code of the document, with its secret for test requests, took this delivery when it was made, on 30 November 2026.
describeVectors(zendesk(), [
  {
    from: 'verified by the code in the document',
    secret: 'dGhpc19zZWNyZXRfaXNfZm9yX3Rlc3Rpbmdfb25seQ==',
    at: Date.UTC(2026, 10, 29, 8, 0, 2),
    headers: {
      'x-zendesk-webhook-signature': 'EZ76yKMTpIFjnIpm0JldQrFm3kvQ0fF2hbai+DefeWQ=',
      'x-zendesk-webhook-signature-timestamp': '2026-11-29T08:00:01Z',
    },
    body: '{"type":"zen:event-type:user.created","id":"e1","time":"2026-11-29T08:00:00Z","subject":"zen:user:1","detail":{"id":"1","name":"Zoë"},"event":{}}',
    event: { id: 'e1', type: 'zen:event-type:user.created' },
  },
])
