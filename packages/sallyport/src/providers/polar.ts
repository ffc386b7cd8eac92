import * as z from 'zod'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { oneOf } from '../verify/schemes/one-of.ts'
import { listTypes, schemaForAll } from './event-table.ts'
import { readTime } from './read-time.ts'
import { standardMessage } from './standard-message.ts'

/** `event.data`: the object as it is now. */
const PolarObject = z.looseObject({ id: z.string().nullish() })

const types = listTypes({
  benefit: 'created updated',
  benefit_grant: 'created cycled revoked updated',
  checkout: 'created expired updated',
  customer: 'created deleted state_changed updated',
  customer_seat: 'assigned claimed revoked',
  member: 'created deleted updated',
  order: 'created paid refunded updated',
  organization: 'updated',
  product: 'created updated',
  refund: 'created updated',
  subscription: 'active canceled created past_due revoked uncanceled updated',
})
const events = schemaForAll(types, PolarObject)

/** Data types by event type. */
export type PolarEvents = EventsOf<typeof events>

const shared = { ...standardMessage, prefix: 'v1,' } as const

// The secret alone does not say which (https://github.com/polarsource/polar/pull/14117, and @polar-sh/sdk 1.0.1, which tries both).
const scheme = oneOf(
  hmac({ ...shared, key: { strip: 'whsec_', prefixRequired: true, encoding: 'base64' } }),
  hmac({ ...shared, key: { reject: ['polar_whs_', 'whsec_'] } }),
)

/**
 * Polar (https://polar.sh/docs/integrate/webhooks/delivery, read 29 November 2026): signs as Standard Webhooks does. The key of secrets
 * that Polar made since 8 September 2026 is what follows `whsec_`, decoded from base64; the key of older ones and of your own is the
 * whole secret as text, its prefix included. Both count. `webhook-id`, `webhook-timestamp` and the body are signed; the id finds
 * duplicates.
 *
 * @example
 * createReceiver(polar(), { secret: process.env.POLAR_WEBHOOK_SECRET }).on('order.paid', ({ data }) => grant(data.id))
 */
export function polar(): Provider<PolarEvents> {
  return defineProvider({
    name: 'polar',
    scheme,
    identify: ({ body, signedHeader }) => ({
      id: signedHeader('webhook-id'),
      type: body['type'],
      data: body['data'],
      envelope: { createdAt: readTime(body['timestamp'], 'iso') },
    }),
    events,
    // The document says ten times with growing delays, its server: 4 s, doubled each time. It waits 10 s for an answer.
    retryWindow: {
      ms: 2_044_000,
      source: 'https://github.com/polarsource/polar/blob/main/server/polar/webhook/tasks.py',
      readOn: '2026-11-30',
    },
    handlerTimeoutMs: 8_000,
    about: {
      title: 'Polar',
      source: 'https://polar.sh/docs/integrate/webhooks/delivery',
      readOn: '2026-11-29',
      notSigned: [],
      vectors: 'the SDK standardwebhooks, keyed as @polar-sh/sdk 1.0.1 does, both ways',
      retries: 'up to 10 times; 10 failures in a row disable the webhook',
    },
  })
}
