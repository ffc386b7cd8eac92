import { createReceiver } from 'sallyport'
import { sentry } from 'sallyport/providers/sentry'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'

describeSender('sentry', sentry(), {
  claimHeader: 'sentry-hook-resource',
  type: 'claimed:issue',
  bodyOf: (_type, _time, data) => ({ action: 'created', data: { issue: { id: '1' } }, ...data }),
})

describe('a body of Sentry under another name', () => {
  it.each(['error', 'metric_alert', 'comment', 'installation', 'seer', 'preprod_artifact'])(
    'does not match the schema of %s',
    async (name) => {
      const secret = 'sentry-secret'
      const receiver = createReceiver(sentry(), { secret }).onAny(() => {})
      const delivery = signDelivery(sentry(), {
        secret,
        type: 'claimed:issue',
        headers: { 'sentry-hook-resource': name },
      })
      expect(await receiver.receive(delivery)).toMatchObject({ code: 'PAYLOAD_INVALID' })
    },
  )
})

// The example getsentry/integration-platform-example (backend-ts) took this delivery when it was made, on 30 November 2026.
describeVectors(sentry(), [
  {
    from: 'verified by integration-platform-example',
    secret: 'sallyport-known-good-secret',
    headers: {
      'sentry-hook-resource': 'issue',
      'sentry-hook-signature': '55ffa41420b9815304d4fa6a0ef8ea2dfb0604cd8b1678aceed9ebda8eee1cb9',
    },
    body: '{"action":"created","installation":{"uuid":"i1"},"data":{"issue":{"id":"1","title":"naïve"}},"actor":{"type":"application","id":"sentry","name":"Sentry"}}',
    event: { claimedType: 'issue' },
  },
])
