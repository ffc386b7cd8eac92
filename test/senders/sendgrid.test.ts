import { createReceiver } from 'sallyport'
import { sendgrid } from 'sallyport/providers/sendgrid'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { makeP256Pairs } from '../support/keys/key-pair.ts'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'

const { secrets, signingSecrets } = makeP256Pairs()

describeSender('sendgrid', sendgrid(), {
  secrets,
  signingSecrets,
  notSecrets: ['not a key', signingSecrets[0], secrets[0].slice(0, -8)],
  type: 'events',
  bodyOf(type, _time, { id, ...data }) {
    const events = [{ event: 'open', sg_event_id: id === undefined ? undefined : JSON.stringify(id), ...data }]
    return type === 'events' ? events : { [type]: events }
  },
})

// https://github.com/sendgrid/sendgrid-nodejs, tests of EventWebhook; also in webhook-co/webhook, read 29 November 2026.
const publishedKey =
  'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g=='
const published = {
  headers: {
    'x-twilio-email-event-webhook-signature':
      'MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=',
    'x-twilio-email-event-webhook-timestamp': '1600112502',
  },
  // SendGrid ends the body with a line break, and signs it.
  body: '[{"email":"hello@world.com","event":"dropped","reason":"Bounced Address","sg_event_id":"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA","sg_message_id":"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0","smtp-id":"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>","timestamp":1600112492}]\r\n',
  at: 1_600_112_502_000,
}
const otherKey = secrets[1]

describeVectors(sendgrid(), [
  {
    from: "the SDK's tests",
    secret: publishedKey,
    otherSecret: otherKey,
    ...published,
    event: {
      type: 'events',
      id: '["ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA"]',
      data: { items: [{ event: 'dropped', email: 'hello@world.com' }] },
    },
  },
])

describe('sendgrid()', () => {
  const deliver = async (bodies: readonly unknown[]) => {
    const receiver = createReceiver(sendgrid(), { secret: secrets[0] }).on('events', () => {})
    const replies = []
    for (const [index, body] of bodies.entries()) {
      const now = Date.now() + index * 1_000
      replies.push(await receiver.receive(signDelivery(sendgrid(), { secret: signingSecrets[0], body, now })))
    }
    return replies.map(({ outcome, code }) => code ?? outcome)
  }

  it('finds a list that SendGrid signs again', async () => {
    const one = [{ event: 'open', sg_event_id: 'a', timestamp: 1 }]
    expect(await deliver([one, one, [...one, { event: 'click', sg_event_id: 'b' }]])).toEqual([
      'handled',
      'duplicate',
      'handled',
    ])
  })

  it('tells lists without ids apart by their signed bytes', async () => {
    const test = [{ event: 'open' }]
    expect(await deliver([test, test])).toEqual(['handled', 'handled'])
  })

  it('rejects an event without a name', async () => {
    expect(await deliver([[{ sg_event_id: 'a' }]])).toEqual(['PAYLOAD_INVALID'])
  })
})
