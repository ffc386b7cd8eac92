// Checked by `tsc`, never run: our fixtures are what Stripe's own types say.
import type Stripe from 'stripe'
import * as billing from '../../packages/sallyport/src/testing/fixtures/stripe/billing.ts'
import * as catalogue from '../../packages/sallyport/src/testing/fixtures/stripe/catalogue.ts'
import * as payments from '../../packages/sallyport/src/testing/fixtures/stripe/payments.ts'
import * as refunds from '../../packages/sallyport/src/testing/fixtures/stripe/refunds.ts'

// A decimal is text in a webhook; Stripe's types mean what its client makes of it.
type Mutable<Value> = {
  -readonly [Name in keyof Value]: Name extends 'unit_amount_decimal' | 'amount_decimal'
    ? Stripe.Price['unit_amount_decimal']
    : Mutable<Value[Name]>
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the type to compare with
function fits<Declared>(_make: (created: number) => Declared): void {}
const loosen = <Value>(make: (created: number) => Value) => make as (created: number) => Mutable<Value>

fits<Stripe.Customer>(loosen(billing.customer))
fits<Stripe.Invoice>(loosen(billing.invoice))
fits<Stripe.Price>(loosen(catalogue.price))
fits<Stripe.Product>(loosen(catalogue.product))
fits<Stripe.Subscription>(loosen(billing.subscription))
fits<Stripe.Charge>(loosen(payments.charge))
fits<Stripe.Checkout.Session>(loosen(payments.checkoutSession))
fits<Stripe.Dispute>(loosen(refunds.dispute))
fits<Stripe.PaymentIntent>(loosen(payments.paymentIntent))
fits<Stripe.PaymentMethod>(loosen(payments.paymentMethod))
fits<Stripe.Payout>(loosen(payments.payout))
fits<Stripe.Refund>(loosen(refunds.refund))
