import * as z from 'zod'
import { readId } from '../verify/exact-json.ts'
import { fromHeader } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'
import { schemaForAll } from './event-table.ts'
import { readTime } from './read-time.ts'

/** `event.data` of a Zendesk event: the whole body. */
const ZendeskEvent = z.looseObject({
  type: z.string(),
  id: z.string().nullish(),
  time: z.string().nullish(),
  subject: z.string().nullish(),
  /** The object as it is now. */
  detail: z.looseObject({}).nullish(),
  /** What changed. */
  event: z.looseObject({}).nullish(),
})

const prefix = 'zen:event-type:'
const types = schemaForAll(
  'zen:event-type:organization.created zen:event-type:organization.deleted zen:event-type:ticket.comment_added zen:event-type:ticket.created zen:event-type:ticket.priority_changed zen:event-type:ticket.status_changed zen:event-type:user.created zen:event-type:user.deleted',
  ZendeskEvent,
)

const events = {
  ...types,
  /** A request of a trigger or an automation: its owner writes the body. */
  trigger: z.looseObject({}),
}

/** Data types by event type. */
export type ZendeskEvents = EventsOf<typeof events>

/**
 * Zendesk (https://developer.zendesk.com/documentation/webhooks/verifying/, read 29 November 2026).
 * `X-Zendesk-Webhook-Signature: <base64>`, HMAC-SHA256 over `X-Zendesk-Webhook-Signature-Timestamp` and the body, with nothing
 * between them. The key is the secret as text, although it looks like base64. A body of an event names itself in `type`, and its
 * signed `id` finds duplicates; `event.data` is the whole body. The owner of a trigger or an automation writes its body, so its type is
 * `trigger`. Declare further event types with `withEvents`.
 *
 * @example
 * createReceiver(zendesk(), { secret: process.env.ZENDESK_WEBHOOK_SECRET }).on('trigger', ({ data }) => console.log(data))
 */
export function zendesk(): Provider<ZendeskEvents> {
  return defineProvider({
    name: 'zendesk',
    scheme: hmac({
      header: 'x-zendesk-webhook-signature',
      encoding: 'base64',
      signed: [parts.header('x-zendesk-webhook-signature-timestamp'), parts.body],
      freshness: fromHeader('x-zendesk-webhook-signature-timestamp', 'iso'),
    }),
    identify({ body }) {
      const { type, time } = body
      const isEvent = typeof type === 'string' && type.startsWith(prefix)
      if (!isEvent) return { type: 'trigger', data: body }
      return { id: readId(body, 'id'), type, data: body, envelope: { createdAt: readTime(time, 'iso') } }
    },
    events,
    // It waits 12 s for an answer, and retries nothing else
    // (https://developer.zendesk.com/documentation/webhooks/creating-and-monitoring-webhooks, read 30 November 2026).
    handlerTimeoutMs: 10_000,
    statuses: { HANDLER_FAILED: 503, INTERNAL: 503 },
    about: {
      title: 'Zendesk',
      source: 'https://developer.zendesk.com/documentation/webhooks/verifying/',
      readOn: '2026-11-29',
      notSigned: ['X-Zendesk-Webhook-Id', 'X-Zendesk-Account-Id', 'X-Zendesk-Webhook-Invocation-Id'],
      vectors: 'a delivery verified by the code in the document',
      retries: 'up to 5 times after no answer, 3 after 409; after 429 and 503 if Retry-After is below 60 s',
    },
  })
}
