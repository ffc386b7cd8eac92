import * as z from 'zod'
import { noTimestamp } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'
import { schemaForAll } from './event-table.ts'

/** `event.data`: the whole body, a resource of JSON:API with `meta`. */
const LemonsqueezyEvent = z.looseObject({
  meta: z.looseObject({
    event_name: z.string(),
    test_mode: z.boolean().nullish(),
    custom_data: z.looseObject({}).nullish(),
  }),
  data: z.looseObject({
    type: z.string().nullish(),
    id: z.string().nullish(),
    attributes: z.looseObject({}).nullish(),
  }),
})

const events = schemaForAll(
  'order_created order_refunded subscription_created subscription_updated subscription_cancelled subscription_resumed subscription_expired subscription_paused subscription_unpaused subscription_plan_changed subscription_payment_success subscription_payment_failed subscription_payment_recovered subscription_payment_refunded license_key_created license_key_updated affiliate_activated',
  LemonsqueezyEvent,
)

/** Data types by event type. */
export type LemonsqueezyEvents = EventsOf<typeof events>

/**
 * Lemon Squeezy (https://docs.lemonsqueezy.com/help/webhooks/signing-requests, read 29 November 2026). `X-Signature: <hex>`,
 * HMAC-SHA256 over the body. The type is the signed `meta.event_name`; `X-Event-Name` is not signed and not read. Neither a time of
 * sending nor an id of the event is signed: a digest of the body finds duplicates. `event.data` is the whole body.
 *
 * @example
 * createReceiver(lemonsqueezy(), { secret: process.env.LEMONSQUEEZY_WEBHOOK_SECRET })
 *   .on('order_created', ({ data }) => fulfil(data.data.id))
 */
export function lemonsqueezy(): Provider<LemonsqueezyEvents> {
  return defineProvider({
    name: 'lemonsqueezy',
    scheme: hmac({
      header: 'x-signature',
      encoding: 'hex',
      signed: [parts.body],
      freshness: noTimestamp('Lemon Squeezy signs no time of sending'),
    }),
    identify({ body }) {
      const meta = body['meta'] as { readonly event_name?: unknown; readonly test_mode?: unknown } | null | undefined
      const livemode = typeof meta?.test_mode === 'boolean' ? !meta.test_mode : undefined
      return { type: meta?.event_name, data: body, envelope: { livemode } }
    },
    events,
    // Any other status is a failure to it, 202 too.
    acknowledgement: { status: 200 },
    // After 5, 25 and 125 seconds.
    retryWindow: {
      ms: 155_000,
      source: 'https://docs.lemonsqueezy.com/help/webhooks/webhook-requests',
      readOn: '2026-11-29',
    },
    about: {
      title: 'Lemon Squeezy',
      source: 'https://docs.lemonsqueezy.com/help/webhooks/signing-requests',
      readOn: '2026-11-29',
      notSigned: ['X-Event-Name'],
      vectors: "a delivery verified by Lemon Squeezy's own example, nextjs-billing",
    },
  })
}
