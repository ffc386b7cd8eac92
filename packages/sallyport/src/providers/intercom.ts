import * as z from 'zod'
import { readId } from '../verify/exact-json.ts'
import { noTimestamp } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'
import { listTypes, schemaForAll } from './event-table.ts'
import { readText, readTime } from './read-time.ts'

/** `event.data`: what the notification is about, in `item`. */
const IntercomData = z.looseObject({ item: z.looseObject({}).nullish() })

const types = listTypes({
  admin: 'added_to_workspace away_mode_updated logged_in logged_out removed_from_workspace',
  company: 'contact.attached contact.detached created deleted updated',
  contact:
    'archived deleted email.updated lead.added_email lead.created lead.signed_up lead.tag.created lead.tag.deleted lead.updated merged subscribed unsubscribed user.created user.tag.created user.tag.deleted user.updated',
  content_stat: 'banner carousel chat checklist custom_bot email news_item post push sms survey tooltip_group tour',
  conversation:
    'admin.assigned admin.closed admin.noted admin.open.assigned admin.opened admin.replied admin.single.created admin.snoozed admin.unsnoozed contact.attached contact.detached deleted operator.replied priority.updated rating.added read user.created user.replied',
  conversation_part: 'redacted tag.created',
  event: 'created',
  job: 'completed',
  ticket:
    'admin.assigned admin.replied attribute.updated closed contact.attached contact.detached contact.replied created note.created rating.provided state.updated team.assigned',
  visitor: 'signed_up',
})
const events = { ...schemaForAll(types, IntercomData), ping: IntercomData }

/** Data types by event type. */
export type IntercomEvents = EventsOf<typeof events>

/**
 * Intercom (https://developers.intercom.com/docs/webhooks, read 29 November 2026). `X-Hub-Signature: sha1=<hex>`, HMAC-SHA1 over the
 * body with the app's client secret. The type is the signed `topic`. Intercom signs no time of sending; the signed `id` finds
 * duplicates. The HEAD by which it checks an endpoint is answered. `event.data` is the body's `data`, `event.envelope.account` its `app_id`.
 *
 * @example
 * createReceiver(intercom(), { secret: process.env.INTERCOM_WEBHOOK_SECRET })
 *   .on('conversation.user.created', ({ data }) => notify(data.item))
 */
export function intercom(): Provider<IntercomEvents> {
  return defineProvider({
    name: 'intercom',
    scheme: hmac({
      header: 'x-hub-signature',
      prefix: 'sha1=',
      algorithm: 'sha1',
      encoding: 'hex',
      signed: [parts.body],
      freshness: noTimestamp('Intercom signs no time of sending'),
    }),
    identify: ({ body }) => ({
      id: readId(body, 'id'),
      type: body['topic'],
      data: body['data'],
      envelope: { createdAt: readTime(body['created_at'], 'seconds'), account: readText(body['app_id']) },
    }),
    events,
    // Any other status is a failure to it, 202 too.
    acknowledgement: { status: 200 },
    // It asks so when an endpoint's URL is entered (https://developers.intercom.com/docs/webhooks/setting-up-webhooks).
    handshake: { head: true },
    // After 429 with growing delays; without an answer of 200 it sends again. It waits 5 s for an answer.
    retryWindow: {
      ms: 2 * 3_600_000,
      source: 'https://developers.intercom.com/docs/webhooks/webhook-notifications',
      readOn: '2026-11-30',
    },
    handlerTimeoutMs: 4_000,
    about: {
      title: 'Intercom',
      source: 'https://developers.intercom.com/docs/webhooks',
      readOn: '2026-11-29',
      notSigned: ['the time of sending'],
      vectors: "a delivery verified by Intercom's own example, intercom-webhooks",
      retries: 'stops after 7 days of errors',
    },
  })
}
