import { createReceiver } from 'sallyport'
import { twitch } from 'sallyport/providers/twitch'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'

const challenge = 'pogchamp-kappa-360noscope-vohiyo'
const subscription = (type: string, status = 'enabled'): object => ({ id: 'f1c2a387', type, version: '1', status })

describeSender('twitch', twitch(), {
  type: 'stream.online',
  handshakes: [
    {
      body: { challenge, subscription: subscription('channel.follow', 'webhook_callback_verification_pending') },
      answer: { status: 200, body: challenge },
    },
  ],
  bodyOf(type, _time, data) {
    if (type === 'revocation') return { subscription: subscription('stream.online', 'user_removed'), ...data }
    if (type === 'drop.entitlement.grant') return { subscription: subscription(type), events: [{ id: '1', data }] }
    return { subscription: subscription(type), event: { broadcaster_user_id: '1337', ...data } }
  },
})

const secret = 'hey this is really secret'
const from = 'dnsge/twitch-eventsub-framework'
const subscribed =
  '"type":"channel.update","version":"1","condition":{"broadcaster_user_id":"132532813"},"transport":{"method":"webhook","callback":"https://testing.proxy.b.dnsge.org/webhooks"},"created_at":"2023-03-09T04:44:48.057734342Z","cost":0}'
const delivered = {
  headers: {
    'twitch-eventsub-message-id': 'eTOJ71BBQNXGNW8qPUNMRGIHH5yv4bBrvwl02DWgF0o=',
    'twitch-eventsub-message-signature': 'sha256=e6e0d4bc8eb792d9081be6c4fa64416b9a756c5fa4675867f38487f94751f9a6',
    'twitch-eventsub-message-timestamp': '2023-03-09T04:45:36.836089549Z',
    'twitch-eventsub-message-type': 'notification',
  },
  body: `{"subscription":{"id":"ef7e8fba-6c32-4ead-965d-61f21660d095","status":"enabled",${subscribed},"event":{"broadcaster_user_id":"132532813","broadcaster_user_login":"icelys","broadcaster_user_name":"icelys","title":"hello there!","language":"en","category_id":"509658","category_name":"Just Chatting","is_mature":false}}`,
  at: Date.parse('2023-03-09T04:45:37Z'),
}

describeVectors(twitch(), [
  { from: `a delivery of Twitch, from ${from}`, secret, ...delivered, event: { type: 'channel.update' } },
  {
    from: 'a delivery of the Twitch CLI, from twitch-rs/twitch_api',
    secret: 'secretabcd',
    headers: {
      'twitch-eventsub-message-id': 'ae2ff348-e102-16be-a3eb-6830c1bf38d2',
      'twitch-eventsub-message-signature': 'sha256=d10f5bd9474b7ac7bd7105eb79c2d52768b4d0cd2a135982c3bf5a1d59a78823',
      'twitch-eventsub-message-timestamp': '2021-02-19T23:47:00.8091512Z',
    },
    body: '{"subscription":{"id":"ae2ff348-e102-16be-a3eb-6830c1bf38d2","status":"enabled","type":"channel.follow","version":"1","condition":{"broadcaster_user_id":"44429626"},"transport":{"method":"webhook","callback":"null"},"created_at":"2021-02-19T23:47:00.7621315Z"},"event":{"user_id":"28408015","user_login":"testFromUser","user_name":"testFromUser","broadcaster_user_id":"44429626","broadcaster_user_login":"44429626","broadcaster_user_name":"testBroadcaster"}}',
    at: Date.parse('2021-02-19T23:47:01Z'),
    event: { id: 'ae2ff348-e102-16be-a3eb-6830c1bf38d2', type: 'channel.follow' },
  },
])

describe('a message of Twitch', () => {
  const seen: unknown[] = []
  const receiver = createReceiver(twitch(), { secret })
  receiver.onAny(({ id, type }) => void seen.push({ id, type }))

  it('answers the challenge that Twitch sent', async () => {
    const reply = await receiver.receive({
      method: 'POST',
      url: '/',
      headers: {
        'content-type': 'application/json',
        'twitch-eventsub-message-id': 'e7f8151c-5849-48d5-8db9-234618442877',
        'twitch-eventsub-message-signature': 'sha256=9afe337a0526eda98c12cd5c6892f5eec5c86a2f0fde7e0655764382d464bce8',
        'twitch-eventsub-message-timestamp': '2023-03-09T04:44:48.062323705Z',
      },
      body: Buffer.from(
        `{"subscription":{"id":"ef7e8fba-6c32-4ead-965d-61f21660d095","status":"webhook_callback_verification_pending",${subscribed},"challenge":"olYc8-klwIH9BthhWWhTU-AhJQ0eatixVF2y6x3G5kk"}`,
      ),
      receivedAt: Date.parse('2023-03-09T04:44:49Z'),
    })
    expect(reply).toMatchObject({ outcome: 'handshake', body: 'olYc8-klwIH9BthhWWhTU-AhJQ0eatixVF2y6x3G5kk' })
    expect(reply.headers['content-type']).toMatch(/^text\/plain/)
  })

  it.each(['webhook_callback_verification', 'revocation', 'notification'])(
    'is what its body says, not its unsigned type %s',
    async (type) => {
      seen.length = 0
      const headers = { ...delivered.headers, 'content-type': 'application/json', 'twitch-eventsub-message-type': type }
      const { body, at: receivedAt } = delivered
      const reply = await createReceiver(twitch(), { secret })
        .onAny((event) => void seen.push(event.type))
        .receive({ method: 'POST', url: '/', headers, body: Buffer.from(body), receivedAt })
      expect(reply).toMatchObject({ outcome: 'handled' })
      expect(seen).toEqual(['channel.update'])
    },
  )

  it('without an event ends a subscription', async () => {
    seen.length = 0
    const body = { subscription: subscription('channel.follow', 'notification_failures_exceeded') }
    expect(await receiver.receive(signDelivery(twitch(), { secret, body, id: 'm-1' }))).toMatchObject({
      outcome: 'handled',
    })
    expect(seen).toEqual([{ id: 'm-1', type: 'revocation' }])
  })

  it.each([{}, { subscription: null }, { subscription: { type: 5 } }, { event: {} }])(
    'without a subscription type is rejected: %j',
    async (body) => {
      const delivery = signDelivery(twitch(), { secret, body })
      expect(await receiver.receive(delivery)).toMatchObject({ code: 'EVENT_UNIDENTIFIED' })
    },
  )

  it('with a challenge that is a page is rejected', async () => {
    const delivery = signDelivery(twitch(), { secret, body: { challenge: '<b>', subscription: subscription('x') } })
    expect(await receiver.receive(delivery)).toMatchObject({ code: 'HANDSHAKE_INVALID' })
  })
})
