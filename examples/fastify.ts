import fastify from 'fastify'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/fastify'
import { stripe } from 'sallyport/providers/stripe'

const receiver = createReceiver(stripe(), { secret: process.env.STRIPE_WEBHOOK_SECRET })

receiver.on('invoice.paid', ({ id }) => console.log(id))

const app = fastify()
await app.register(webhook(receiver), { prefix: '/webhooks/stripe' })
await app.listen({ port: Number(process.env.PORT ?? 3000) })
