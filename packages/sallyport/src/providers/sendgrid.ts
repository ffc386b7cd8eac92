import * as z from 'zod'
import { checkOptions } from '../options/check-options.ts'
import { fromHeader } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { parts } from '../verify/schemes/message.ts'
import { publicKey } from '../verify/schemes/public-key.ts'

/** One event: a delivery, a bounce, an open, a click and so on, by `event`. */
const SendgridEvent = z.looseObject({
  event: z.string(),
  /** Differs for every event, and stays the same when SendGrid sends it again. */
  sg_event_id: z.string().nullish(),
  sg_message_id: z.string().nullish(),
  email: z.string().nullish(),
  /** Seconds since 1970. */
  timestamp: z.number().nullish(),
})

const events = { events: z.looseObject({ items: z.array(SendgridEvent) }) }

/** Data types by event type. */
export type SendgridEvents = EventsOf<typeof events>

/**
 * SendGrid's Event Webhook
 * (https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features, read 29
 * November 2026). `X-Twilio-Email-Event-Webhook-Signature: <base64>`, ECDSA on P-256 over
 * `X-Twilio-Email-Event-Webhook-Timestamp` and the body. The secret is the verification key of the webhook's settings, as they
 * show it.
 *
 * A delivery has a list of events. Its type is always `events`; each of `data.items` has its own name in `event`. The signed
 * `sg_event_id`s find duplicates. SendGrid does not say whether it signs a retry again: if retries are `TIMESTAMP_STALE`, pass the
 * receiver a `toleranceMs` of a day.
 *
 * @example
 * createReceiver(sendgrid(), { secret: process.env.SENDGRID_VERIFICATION_KEY })
 *   .on('events', async ({ data }) => { for (const event of data.items) if (event.event === 'bounce') await suppress(event.email) })
 */
export function sendgrid(): Provider<SendgridEvents>
export function sendgrid(options: object = {}): Provider<SendgridEvents> {
  checkOptions('sendgrid()', options, {})
  return defineProvider({
    name: 'sendgrid',
    scheme: publicKey({
      algorithm: 'ecdsa-sha256',
      header: 'x-twilio-email-event-webhook-signature',
      encoding: 'base64',
      signed: [parts.header('x-twilio-email-event-webhook-timestamp'), parts.body],
      freshness: fromHeader('x-twilio-email-event-webhook-timestamp', 'seconds'),
    }),
    identify({ body }) {
      const { items } = body
      const isList = Array.isArray(items) && items.length > 0
      return { id: isList ? readEventIds(items) : undefined, type: isList ? 'events' : undefined, data: body }
    },
    events,
    lists: true,
    retryWindow: {
      ms: 86_400_000,
      source: 'https://docs.sendgrid.com/for-developers/tracking-events/troubleshooting',
      readOn: '2026-11-29',
    },
    about: {
      title: 'SendGrid',
      source:
        'https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features',
      readOn: '2026-11-29',
      notSigned: ['any other header'],
      vectors: "the tests of SendGrid's own libraries; the SDK @sendgrid/eventwebhook, both ways",
    },
  })
}

function readEventIds(items: readonly unknown[]): string | undefined {
  const ids = items.map((item) => (item as { sg_event_id?: unknown } | null)?.sg_event_id)
  return ids.every((id) => typeof id === 'string' && id !== '') ? JSON.stringify(ids) : undefined
}
