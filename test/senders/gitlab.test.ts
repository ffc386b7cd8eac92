import { createReceiver } from 'sallyport'
import { gitlab } from 'sallyport/providers/gitlab'
import { signDelivery } from 'sallyport/testing'
import { expect, it } from 'vitest'
import { describeSender } from '../support/senders/describe-sender.ts'

describeSender('gitlab', gitlab(), {
  type: 'push',
  secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'],
  notSecrets: ['whsec_', 'whsec_not base64!'],
  signedHeaders: ['webhook-id', 'webhook-timestamp'],
  bodyOf: (object_kind, _time, data) => ({ object_kind, project: { id: 1 }, ...data }),
})

it('takes the older token only where it is asked for', async () => {
  const secret = 'a-long-token-of-the-project'
  const byToken = gitlab({ secretToken: true })
  const receiver = createReceiver(byToken, { secret }).on('push', () => {})
  const delivery = signDelivery(byToken, { secret, body: { object_kind: 'push' } })
  expect(delivery.plainHeaders).toMatchObject({ 'x-gitlab-token': secret })
  expect(await receiver.receive(delivery)).toMatchObject({ outcome: 'handled' })
  const wrong = signDelivery(byToken, { secret: 'another-token', body: { object_kind: 'push' } })
  expect(await receiver.receive(wrong)).toMatchObject({ code: 'CREDENTIAL_MISMATCH' })
  const signing = createReceiver(gitlab(), { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' })
  expect(await signing.receive(delivery)).toMatchObject({ code: 'SIGNATURE_MISSING' })
})
