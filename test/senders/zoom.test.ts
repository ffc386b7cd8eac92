import { createReceiver } from 'sallyport'
import { zoom } from 'sallyport/providers/zoom'
import { signDelivery } from 'sallyport/testing'
import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'

const secret = 'sallyport-zoom-secret'
const plainToken = 'qgg8vlvZRS6UYooatFL8Aw'
const validation = (token: unknown): object => ({
  payload: { plainToken: token },
  event_ts: 1_654_503_849_680,
  event: 'endpoint.url_validation',
})

describeSender('zoom', zoom(), {
  type: 'meeting.started',
  handshakes: [
    {
      body: validation(plainToken),
      answer: (key) => ({
        status: 200,
        body: JSON.stringify({
          plainToken,
          encryptedToken: createHmac('sha256', key).update(plainToken).digest('hex'),
        }),
      }),
    },
  ],
  bodyOf: (event, time, data) => ({
    event,
    event_ts: Date.parse(time),
    payload: { account_id: 'AAAAAABBBB', object: { topic: 'Planning', ...data } },
  }),
})

describeVectors(zoom(), [
  {
    from: 'verified by @zoom/rivet 0.4.0',
    secret,
    headers: {
      'x-zm-request-timestamp': '1790000000',
      'x-zm-signature': 'v0=2b22680f7b50246420197b838227c0dcc98ccb4eac16dc3a6ba481369464d7bd',
    },
    body: '{"event":"meeting.started","event_ts":1790000000000,"payload":{"account_id":"AAAAAABBBB","object":{"id":"1234567890","topic":"Café"}}}',
    at: 1_790_000_000_000,
    event: {
      type: 'meeting.started',
      data: { account_id: 'AAAAAABBBB', object: { id: '1234567890', topic: 'Café' } },
      envelope: { createdAt: new Date(1_790_000_000_000) },
    },
  },
])

it('finds a retry of Zoom, which is signed at another time', async () => {
  const receiver = createReceiver(zoom(), { secret }).onAny(() => {})
  const now = Date.now()
  const send = async (event_ts: number | undefined, sentAt: number) => {
    const body = { event: 'meeting.ended', event_ts, payload: { object: { id: '1' } } }
    const delivery = signDelivery(zoom(), { secret, body, now: sentAt })
    return (await receiver.receive({ ...delivery, receivedAt: sentAt })).outcome
  }
  expect(await send(now, now)).toBe('handled')
  expect(await send(now, now + 300_000)).toBe('duplicate')
  expect(await send(now + 1, now + 300_000)).toBe('handled')
  // Without a time of the event, equal bodies may be two events.
  expect(await send(undefined, now)).toBe('handled')
  expect(await send(undefined, now + 300_000)).toBe('handled')
})

describe('the check of the URL by Zoom', () => {
  const receiver = createReceiver(zoom(), { secret })

  it('gets the answer of @zoom/rivet 0.4.0', async () => {
    const reply = await receiver.receive({
      method: 'POST',
      url: '/',
      headers: {
        'content-type': 'application/json',
        'x-zm-request-timestamp': '1790000000',
        'x-zm-signature': 'v0=c8d838112ee3883d21dae26c645f6b85440aed3340089f9d9f6d35290c2cae91',
      },
      body: Buffer.from(
        `{"payload":{"plainToken":"${plainToken}"},"event_ts":1790000000000,"event":"endpoint.url_validation"}`,
      ),
      receivedAt: 1_790_000_000_000,
    })
    expect(reply).toMatchObject({ outcome: 'handshake', status: 200 })
    expect(JSON.parse(reply.body)).toEqual({
      plainToken,
      encryptedToken: '6a9a4c4477b86ed95fc244638ccfee3f57e1dd14ae646d20e18496cb5d9b46fe',
    })
  })

  it.each([undefined, '', 5, 'v0:1790000000:{"event":"meeting.ended"}', '<b>', 'a'.repeat(1_025)])(
    'signs no token of another form: %j',
    async (token) => {
      const reply = await receiver.receive(signDelivery(zoom(), { secret, body: validation(token) }))
      expect(reply).toMatchObject({ outcome: 'refused', code: 'HANDSHAKE_INVALID' })
    },
  )
})
