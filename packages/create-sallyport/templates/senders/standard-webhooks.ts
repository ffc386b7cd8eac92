import { createReceiver, type ReceiverOptions } from 'sallyport'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import * as z from 'zod'

// Standard Webhooks is a form that many senders share. Declare the events of yours, with any Standard Schema.
const events = {
  'contact.created': z.looseObject({ id: z.string() }),
}

/** Receives the webhooks of Standard Webhooks, Svix. Options replace what a deployed server uses, as tests do. */
export function receiveStandardWebhooks(options: Partial<ReceiverOptions> = {}) {
  const secret = process.env.STANDARD_WEBHOOK_SECRET
  const receiver = createReceiver(standardWebhooks({ events }), { secret, ...options })

  // A retry runs a handler again: make it idempotent.
  receiver.on('contact.created', async ({ id, type, data }) => {
    console.log(`standard-webhooks: ${type} ${id} is about ${data.id}`)
  })

  receiver.onUnknown(({ id, type }) => {
    console.log(`standard-webhooks: ${type} ${id} is not declared`)
  })

  return receiver
}
