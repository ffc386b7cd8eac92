import * as z from 'zod'
import { readId } from '../verify/exact-json.ts'
import { noTimestamp } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'
import { listTypes, schemaForAll } from './event-table.ts'
import { readTime } from './read-time.ts'

const part = z.looseObject({}).nullish()

/** `event.data`: the body's `event`. */
const PagerdutyEvent = z.looseObject({
  id: z.string(),
  event_type: z.string(),
  resource_type: z.string().nullish(),
  occurred_at: z.string().nullish(),
  agent: part,
  client: part,
  /** The incident or service as it is now. */
  data: part,
})

const types = listTypes({
  incident:
    'acknowledged action_invocation.created action_invocation.terminated action_invocation.updated annotated conference_bridge.updated custom_field_values.updated delegated escalated incident_type.changed priority_updated reassigned reopened resolved responder.added responder.replied role.assigned service_updated status_update_published triggered unacknowledged workflow.completed workflow.started',
  pagey: 'ping',
  service: 'created custom_field_values.updated deleted updated',
})
const events = schemaForAll(types, PagerdutyEvent)

/** Data types by event type. */
export type PagerdutyEvents = EventsOf<typeof events>

/**
 * PagerDuty V3 webhooks (https://developer.pagerduty.com/docs/verifying-webhook-signatures, read 29 November 2026).
 * `X-PagerDuty-Signature: v1=<hex>[,v1=<hex>]`, HMAC-SHA256 over the body, one for each active secret. PagerDuty signs no time of
 * sending; the signed `event.id` finds duplicates. `event.data` is the body's `event`.
 *
 * @example
 * createReceiver(pagerduty(), { secret: process.env.PAGERDUTY_WEBHOOK_SECRET })
 *   .on('incident.triggered', ({ data }) => announce(data.data))
 */
export function pagerduty(): Provider<PagerdutyEvents> {
  return defineProvider({
    name: 'pagerduty',
    scheme: hmac({
      header: 'x-pagerduty-signature',
      prefix: 'v1=',
      separator: ',',
      encoding: 'hex',
      signed: [parts.body],
      freshness: noTimestamp('PagerDuty signs no time of sending'),
    }),
    identify({ body }) {
      const event = body['event'] as
        | { readonly event_type?: unknown; readonly occurred_at?: unknown }
        | null
        | undefined
      return {
        id: readId(body, 'event', 'id'),
        type: event?.event_type,
        data: event,
        envelope: { createdAt: readTime(event?.occurred_at, 'iso') },
      }
    },
    events,
    // It waits 5 s for an answer, 16 s where a user calls the webhook.
    retryWindow: {
      ms: 48 * 3_600_000,
      source: 'https://github.com/PagerDuty/developer-docs/blob/main/docs/webhooks/02-Behavior.md',
      readOn: '2026-11-30',
    },
    handlerTimeoutMs: 4_000,
    // Its Go client reads as much.
    maxBodyBytes: 2 * 1024 * 1024,
    about: {
      title: 'PagerDuty',
      source: 'https://developer.pagerduty.com/docs/verifying-webhook-signatures',
      readOn: '2026-11-29',
      notSigned: ['X-Webhook-Id', 'X-Webhook-Subscription'],
      vectors: 'the tests of the Go client go-pagerduty',
      retries: 'after 429 and 5xx; three events lost in a row disable the webhook for 24 h',
    },
  })
}
