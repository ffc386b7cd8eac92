import { safeVerify } from 'sallyport'
import { cal } from 'sallyport/providers/cal'
import { expect, it } from 'vitest'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'

describeSender('cal', cal(), {
  type: 'BOOKING_CREATED',
  bodyOf: (triggerEvent, createdAt, data) => ({ triggerEvent, createdAt, payload: {}, ...data }),
})

// `sendGenericWebhookPayload` of calcom/cal.com (packages/features/webhooks/lib/sendPayload.ts), run on 30 November 2026.
describeVectors(cal(), [
  {
    from: 'sent by the code of Cal.com',
    secret: 'sallyport-known-good-secret',
    headers: { 'x-cal-signature-256': 'c59f21b335035b1f70efa854e08c7e487fd9c449f3be95c39efe0f42145afc7d' },
    body: '{"triggerEvent":"BOOKING_CREATED","createdAt":"2026-11-29T08:00:00.000Z","payload":{"uid":"bFJeNb2uX8ANpT3JL5EfXw","title":"60min with Zoë"}}',
    event: { type: 'BOOKING_CREATED' },
  },
])

// The triggers of https://cal.com/docs/api-reference/v2/orgs-webhooks/update-a-webhook, read 30 November 2026.
it.each(['ROUTING_FORM_FALLBACK_HIT', 'DELEGATION_CREDENTIAL_ERROR', 'WRONG_ASSIGNMENT_REPORT'])('knows %s', (type) => {
  expect(cal().events).toHaveProperty(type)
})

it('rejects what Cal.com sends for a webhook without a secret', () => {
  const body = '{"triggerEvent":"PING","createdAt":"2026-11-29T08:00:00.000Z","payload":{}}'
  const headers = { 'x-cal-signature-256': 'no-secret-provided' }
  return expect(safeVerify(cal(), { secret: 'cal-secret', headers, body: Buffer.from(body) })).resolves.toMatchObject({
    ok: false,
    code: 'SIGNATURE_MALFORMED',
  })
})
