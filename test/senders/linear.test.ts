import { linear } from 'sallyport/providers/linear'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'

describeSender('linear', linear(), {
  type: 'Issue',
  bodyOf: (type, time, data) => ({ type, action: 'create', webhookTimestamp: Date.parse(time) || time, data }),
})

// The SDK took this delivery when it was made, on 29 November 2026.
describeVectors(linear(), [
  {
    from: 'verified by @linear/sdk 98.0.0',
    secret: 'sallyport-known-good-secret',
    at: 1795988216309,
    headers: { 'linear-signature': '55bb69a041e972ad09d3f767d03a989410affda4c48e43dc04dd667581d73a24' },
    body: '{"type":"Issue","action":"create","data":{"title":"café"},"webhookTimestamp":1795988216125}',
    event: { type: 'Issue' },
  },
])
