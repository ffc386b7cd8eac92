import { createReceiver } from 'sallyport'
import { workos } from 'sallyport/providers/workos'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'

describeSender('workos', workos(), {
  type: 'user.updated',
  bodyOf: (event, created_at, { id, ...data }) => ({ id: `event_${String(id)}`, event, data, created_at }),
})

describe('the time of WorkOS', () => {
  const secret = 'workos-secret'

  it('is in milliseconds, and may follow a blank', async () => {
    const now = Date.UTC(2026, 10, 29)
    const { plainHeaders, ...delivery } = signDelivery(workos(), { secret, now })
    const value = plainHeaders['workos-signature']!
    expect(value).toMatch(/^t=1795910400000,v1=/)
    const receiver = createReceiver(workos(), { secret, now: () => now }).onAny(() => {})
    const spaced = { ...delivery, headers: { ...plainHeaders, 'workos-signature': value.replace(',', ', ') } }
    expect(await receiver.receive(spaced)).toMatchObject({ outcome: 'handled' })
  })
})

// computeSignature of the SDK, run on 29 November 2026.
describeVectors(workos(), [
  {
    from: 'signed by @workos-inc/node 11.0.0',
    secret: 'sallyport-known-good-secret',
    at: 1795988216275,
    headers: {
      'workos-signature': 't=1795988216255,v1=fef82695824777e44c558954f865c9fb66b889b15e7395b15ca7547791727622',
    },
    body: '{"id":"event_1","event":"user.updated","created_at":"2026-11-29T08:00:00.000Z","data":{"object":"user","first_name":"Zoë"}}',
    event: { id: 'event_1', type: 'user.updated' },
  },
])
