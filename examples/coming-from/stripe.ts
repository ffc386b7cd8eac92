import express from 'express'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/express'
import { stripe } from 'sallyport/providers/stripe'

const receiver = createReceiver(stripe(), { secret: process.env.STRIPE_WEBHOOK_SECRET })

receiver.on('invoice.paid', ({ id }) => console.log(id))

express()
  .post('/webhooks/stripe', webhook(receiver))
  .listen(process.env.PORT ?? 3000)
