import type { EventsOf } from '../verify/provider.ts'
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

/** `event.data` of an event of API v2, thin ones included: the whole body. Fetch the related object by its id. */
const StripeThinEvent = z.looseObject({
  id: z.string(),
  object: z.string(),
  type: z.string(),
  created: z.string().nullish(),
  livemode: z.boolean().nullish(),
  context: z.string().nullish(),
  related_object: z
    .looseObject({ id: z.string().nullish(), type: z.string().nullish(), url: z.string().nullish() })
    .nullish(),
  reason: z.looseObject({}).nullish(),
  data: z.unknown().optional(),
})

// https://docs.stripe.com/api/v2/core/events/event-types, November 2026: those outside previews.
const thinTypes = [
  'v1.billing.meter.error_report_triggered',
  'v1.billing.meter.no_meter_found',
  'v2.core.account.closed',
  'v2.core.account.created',
  'v2.core.account.updated',
  'v2.core.event_destination.ping',
] as const

function schemasFor<Type extends string, Schema>(
  names: readonly Type[],
  schema: Schema,
): Readonly<Record<Type, Schema>> {
  return Object.fromEntries(names.map((type) => [type, schema])) as Record<Type, Schema>
}

/** Schemas by event type. */
export const stripeEvents = { ...schemasFor(types, StripeData), ...schemasFor(thinTypes, StripeThinEvent) }

/** Data types by event type. */
export type StripeEvents = EventsOf<typeof stripeEvents>
