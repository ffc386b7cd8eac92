import * as z from 'zod'
import { checkOptions } from '../options/check-options.ts'
import { fromBody } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'
import { schemaForAll } from './event-table.ts'

/** `event.data` of a change of an entity, and of the other events: the whole body. */
const LinearEvent = z.looseObject({
  type: z.string(),
  action: z.string().nullish(),
  /** The entity, where the event is about one. */
  data: z.looseObject({ id: z.string().nullish() }).nullish(),
  /** Earlier values of an updated entity. */
  updatedFrom: z.looseObject({}).nullish(),
  createdAt: z.string().nullish(),
  organizationId: z.string().nullish(),
  webhookId: z.string().nullish(),
  webhookTimestamp: z.number(),
})

const events = schemaForAll(
  'Issue Comment IssueLabel Attachment Reaction Project ProjectUpdate Cycle Document Initiative InitiativeUpdate Customer CustomerNeed User AuditEntry IssueSLA OAuthApp AppUserNotification PermissionChange AgentSessionEvent',
  LinearEvent,
)

/** Data types by event type. */
export type LinearEvents = EventsOf<typeof events>

/**
 * Linear (https://linear.app/developers/webhooks, read 29 November 2026). `Linear-Signature: <hex>`, HMAC-SHA256 over the body; the
 * age is checked by the signed `webhookTimestamp`. `Linear-Event` and `Linear-Delivery` are not signed: the type is the body's
 * `type`. No id of the delivery is signed, so a retry with a new time counts as a new event. `event.data` is the whole body,
 * with `action` beside `data`.
 *
 * @example
 * createReceiver(linear(), { secret: process.env.LINEAR_WEBHOOK_SECRET }).on('Issue', ({ data }) => console.log(data.action))
 */
export function linear(): Provider<LinearEvents>
export function linear(options: object = {}): Provider<LinearEvents> {
  checkOptions('linear()', options, {})
  return defineProvider({
    name: 'linear',
    scheme: hmac({
      header: 'linear-signature',
      encoding: 'hex',
      signed: [parts.body],
      freshness: fromBody('webhookTimestamp', 'milliseconds'),
    }),
    identify: ({ body }) => ({ type: body['type'], data: body }),
    events,
    // Any other status is a failure to it, 202 too.
    acknowledgement: { status: 200 },
    // After 1 minute, 1 hour and 6 hours. It waits 5 s for an answer.
    retryWindow: { ms: 7 * 3_600_000 + 60_000, source: 'https://linear.app/developers/webhooks', readOn: '2026-11-29' },
    handlerTimeoutMs: 4_000,
    about: {
      title: 'Linear',
      source: 'https://linear.app/developers/webhooks',
      readOn: '2026-11-29',
      notSigned: ['Linear-Event', 'Linear-Delivery', 'Linear-Timestamp'],
      vectors: 'a delivery verified by the SDK @linear/sdk 98.0.0',
    },
  })
}
