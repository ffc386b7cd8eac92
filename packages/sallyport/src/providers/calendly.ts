import * as z from 'zod'
import { fromSignature } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'
import { listTypes, schemaForAll } from './event-table.ts'
import { readTime } from './read-time.ts'

/** `event.data`: the invitee, form submission or event type. */
const CalendlyPayload = z.looseObject({ uri: z.string().nullish() })

const types = listTypes({
  event_type: 'created deleted updated',
  invitee: 'canceled created',
  invitee_no_show: 'created deleted',
  routing_form_submission: 'created',
})
const events = schemaForAll(types, CalendlyPayload)

/** Data types by event type. */
export type CalendlyEvents = EventsOf<typeof events>

/**
 * Calendly (https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures, read 29 November 2026).
 * `Calendly-Webhook-Signature: t=<seconds>,v1=<hex>`, HMAC-SHA256 over `<t>.<body>` with the subscription's signing key. A
 * subscription without a signing key is not signed, and its deliveries are rejected. No event id is signed, so a retry with a new time
 * counts as a new event. `event.data` is the body's `payload`.
 *
 * @example
 * createReceiver(calendly(), { secret: process.env.CALENDLY_WEBHOOK_SECRET }).on('invitee.created', ({ data }) => welcome(data))
 */
export function calendly(): Provider<CalendlyEvents> {
  return defineProvider({
    name: 'calendly',
    scheme: hmac({
      header: 'calendly-webhook-signature',
      fields: { signature: 'v1', timestamp: 't' },
      encoding: 'hex',
      signed: [parts.timestamp, parts.literal('.'), parts.body],
      freshness: fromSignature('seconds'),
    }),
    identify: ({ body }) => ({
      type: body['event'],
      data: body['payload'],
      envelope: { createdAt: readTime(body['created_at'], 'iso') },
    }),
    events,
    // It waits 15 s for an answer.
    retryWindow: {
      ms: 86_400_000,
      source: 'https://developer.calendly.com/api-docs/overview/webhooks/webhook-errors',
      readOn: '2026-11-29',
    },
    handlerTimeoutMs: 12_000,
    about: {
      title: 'Calendly',
      source: 'https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures',
      readOn: '2026-11-29',
      notSigned: [],
      vectors: 'a delivery verified by the code in the document',
    },
  })
}
