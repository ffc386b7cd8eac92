import express from 'express'
import { safeVerify } from 'sallyport'
import { stripe } from 'sallyport/providers/stripe'

const secret = process.env.STRIPE_WEBHOOK_SECRET

express()
  .post('/webhooks/stripe', express.raw({ type: 'application/json' }), async (request, response) => {
    const result = await safeVerify(stripe(), { secret, headers: request.headers, body: request.body as Buffer })
    if (!result.ok) return void response.status(result.status).send(result.title)
    if (result.event.type === 'invoice.paid') console.log(result.event.id)
    response.json({ received: true })
  })
  .listen(process.env.PORT ?? 3000)
