import { createReceiver } from 'sallyport'
import { withEvents } from 'sallyport/provider'
import { stripe } from 'sallyport/providers/stripe'
import * as z from 'zod'

const Invoice = z.looseObject({ id: z.string(), amount_paid: z.int(), currency: z.string() })
const provider = withEvents(stripe(), { 'invoice.paid': z.looseObject({ object: Invoice }) })

export const receiver = createReceiver(provider, { secret: process.env.STRIPE_WEBHOOK_SECRET })

receiver.on('invoice.paid', ({ data }) => console.log(data.object.amount_paid, data.object.currency))
