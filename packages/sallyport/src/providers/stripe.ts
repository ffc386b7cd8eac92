import { parts } from '../verify/schemes/message.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { fromSignature } from '../verify/freshness.ts'
import { readId } from '../verify/exact-json.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import * as z from 'zod'

/** `event.data` of every Stripe event: the object concerned, and for updates what it was before. */
const StripeData = z.looseObject({
  object: z.looseObject({}),
  previous_attributes: z.looseObject({}).nullish(),
})

const types = [
  'charge.dispute.created',
  'charge.failed',
  'charge.refunded',
  'charge.succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.completed',
  'checkout.session.expired',
  'customer.created',
  'customer.deleted',
  'customer.subscription.created',
  'customer.subscription.deleted',
  'customer.subscription.updated',
  'customer.updated',
  'invoice.created',
  'invoice.finalized',
  'invoice.paid',
  'invoice.payment_failed',
  'invoice.payment_succeeded',
  'payment_intent.created',
  'payment_intent.payment_failed',
  'payment_intent.succeeded',
  'payment_method.attached',
  'payout.failed',
  'payout.paid',
] as const

const events = Object.fromEntries(types.map((type) => [type, StripeData])) as Record<
  (typeof types)[number],
  typeof StripeData
>

/** Data types by event type. */
export type StripeEvents = EventsOf<typeof events>

/**
 * Stripe (https://docs.stripe.com/webhooks/signature). `Stripe-Signature: t=<seconds>,v1=<hex>[,v1=…]`, HMAC-SHA256 over
 * `<t>.<body>`; the key is the whole `whsec_…` string. The signed event id finds duplicates. Declares the common event
 * types; add others with `withEvents`.
 *
 * @example
 * createReceiver(stripe(), { secret: process.env.STRIPE_WEBHOOK_SECRET })
 */
export function stripe(): Provider<StripeEvents> {
  return defineProvider({
    name: 'stripe',
    scheme: hmac({
      header: 'stripe-signature',
      fields: { signature: 'v1', timestamp: 't' },
      encoding: 'hex',
      signed: [parts.timestamp, parts.literal('.'), parts.body],
      // Nothing is stripped, but what is only a prefix is no secret.
      key: { reject: ['whsec_'] },
      freshness: fromSignature('seconds'),
    }),
    identify: ({ body: content }) => ({
      id: readId(content, 'id'),
      type: content['type'],
      data: content['data'],
    }),
    events,
  })
}
