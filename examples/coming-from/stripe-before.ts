import express from 'express'
import Stripe from 'stripe'

const stripe = new Stripe(process.env.STRIPE_API_KEY ?? '')
const secret = process.env.STRIPE_WEBHOOK_SECRET ?? ''

express()
  .post('/webhooks/stripe', express.raw({ type: 'application/json' }), (request, response) => {
    try {
      const signature = request.header('stripe-signature') ?? ''
      const event = stripe.webhooks.constructEvent(request.body as Buffer, signature, secret)
      if (event.type === 'invoice.paid') console.log(event.id)
      response.json({ received: true })
    } catch {
      response.status(400).send('invalid')
    }
  })
  .listen(process.env.PORT ?? 3000)
