import * as z from 'zod'
import { noTimestamp } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'
import { schemaForAll } from './event-table.ts'
import { readTime } from './read-time.ts'

/** `event.data`: the whole body, because some events have no `payload`. */
const CalEvent = z.looseObject({
  triggerEvent: z.string(),
  createdAt: z.string().nullish(),
  payload: z.looseObject({}).nullish(),
})

const events = schemaForAll(
  'BOOKING_CREATED BOOKING_RESCHEDULED BOOKING_CANCELLED BOOKING_REQUESTED BOOKING_REJECTED BOOKING_PAYMENT_INITIATED BOOKING_PAID BOOKING_NO_SHOW_UPDATED MEETING_STARTED MEETING_ENDED RECORDING_READY RECORDING_TRANSCRIPTION_GENERATED INSTANT_MEETING OOO_CREATED AFTER_HOSTS_CAL_VIDEO_NO_SHOW AFTER_GUESTS_CAL_VIDEO_NO_SHOW FORM_SUBMITTED FORM_SUBMITTED_NO_EVENT ROUTING_FORM_FALLBACK_HIT DELEGATION_CREDENTIAL_ERROR WRONG_ASSIGNMENT_REPORT PING',
  CalEvent,
)

/** Data types by event type. */
export type CalEvents = EventsOf<typeof events>

/**
 * Cal.com (https://cal.com/docs/developing/guides/automation/webhooks, read 29 November 2026). `X-Cal-Signature-256: <hex>`,
 * HMAC-SHA256 over the body; a webhook without a secret sends `no-secret-provided` instead and is rejected. Cal.com signs neither a
 * time of sending nor an id: a digest of the body, which has `createdAt`, finds duplicates. The body must be the default one: a custom
 * template may leave out `triggerEvent`. `event.data` is the whole body.
 *
 * @example
 * createReceiver(cal(), { secret: process.env.CAL_WEBHOOK_SECRET }).on('BOOKING_CREATED', ({ data }) => prepare(data.payload))
 */
export function cal(): Provider<CalEvents> {
  return defineProvider({
    name: 'cal',
    scheme: hmac({
      header: 'x-cal-signature-256',
      encoding: 'hex',
      signed: [parts.body],
      freshness: noTimestamp('Cal.com signs no time of sending'),
    }),
    identify: ({ body }) => ({
      type: body['triggerEvent'],
      data: body,
      envelope: { createdAt: readTime(body['createdAt'], 'iso') },
    }),
    events,
    about: {
      title: 'Cal.com',
      source: 'https://cal.com/docs/developing/guides/automation/webhooks',
      readOn: '2026-11-29',
      notSigned: ['X-Cal-Webhook-Version'],
      vectors: "a delivery signed by Cal.com's own code",
    },
  })
}
