import { square } from 'sallyport/providers/square'
import { describe, expect, it } from 'vitest'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'

const notificationUrl = 'https://example.com/webhook'

describeSender('square', square({ notificationUrl }), {
  type: 'payment.updated',
  bodyOf: (type, created_at, { id, ...data }) => ({
    type,
    event_id: id,
    created_at,
    data: { type: 'payment', object: data },
  }),
})

// https://github.com/square/square-nodejs-sdk, tests of WebhooksHelper; also in webhook-co/webhook, read 29 November 2026.
describeVectors(square({ notificationUrl }), [
  {
    from: "the SDK's tests",
    secret: 'asdf1234',
    headers: { 'x-square-hmacsha256-signature': '2kRE5qRU2tR+tBGlDwMEw2avJ7QM4ikPYD/PJ3bd9Og=' },
    body: '{"hello":"world"}',
    // A proxy may have changed what arrives: the configured URL counts.
    url: '/rewritten/by/a/proxy',
  },
])

describe('square()', () => {
  it.each([undefined, {}, { notificationUrl: '' }, { notificationUrl: '/webhook' }])(
    'needs the notification URL: %j',
    (options) => {
      expect(() => square(options as never)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
    },
  )
})
