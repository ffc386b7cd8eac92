import { createReceiver } from 'sallyport'
import { unchecked, withEvents } from 'sallyport/provider'
import { stripe } from 'sallyport/providers/stripe'
import type Stripe from 'stripe'

const provider = withEvents(stripe(), {
  'customer.subscription.updated': unchecked<Stripe.CustomerSubscriptionUpdatedEvent['data']>(),
})

export const receiver = createReceiver(provider, { secret: process.env.STRIPE_WEBHOOK_SECRET })

receiver.on('customer.subscription.updated', ({ data: { object: subscription, previous_attributes: before } }) => {
  if (before?.status !== undefined) console.log(`${subscription.id}: ${before.status} → ${subscription.status}`)
})
