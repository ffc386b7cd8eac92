import { createReceiver } from 'sallyport'
import { sentry } from 'sallyport/providers/sentry'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { describeSender } from '../support/senders/describe-sender.ts'

describeSender('sentry', sentry(), {
  claimHeader: 'sentry-hook-resource',
  type: 'claimed:issue',
  bodyOf: (_type, _time, data) => ({ action: 'created', data: { issue: { id: '1' } }, ...data }),
})

describe('a body of Sentry under another name', () => {
  it.each(['error', 'metric_alert', 'comment', 'installation', 'seer'])(
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
