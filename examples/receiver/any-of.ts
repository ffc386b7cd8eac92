import { createServer } from 'node:http'
import { anyOf, createReceiver } from 'sallyport'
import { webhook } from 'sallyport/node'
import { github } from 'sallyport/providers/github'
import { stripe } from 'sallyport/providers/stripe'

const endpoint = anyOf({
  github: createReceiver(github(), { secret: process.env.GITHUB_WEBHOOK_SECRET }),
  stripe: createReceiver(stripe(), { secret: process.env.STRIPE_WEBHOOK_SECRET, maxBodyBytes: 500_000 }),
})

endpoint
  .on('github', 'push', ({ data }) => console.log(`pushed ${data.ref}`))
  .on('stripe', 'invoice.paid', ({ id }) => console.log(`paid ${id}`))
  .onReject(({ provider, code }) => console.warn(`${provider}: ${code}`)) // of every sender, and of none

export const server = createServer(webhook(endpoint)) // then server.listen(3000)
