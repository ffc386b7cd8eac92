import { createReceiver } from 'sallyport'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import * as z from 'zod'

const acme = standardWebhooks({
  name: 'acme',
  events: { 'contact.created': z.looseObject({ email: z.email() }) },
})

export const receiver = createReceiver(acme, { secret: process.env.STANDARD_WEBHOOK_SECRET })

receiver.on('contact.created', ({ id, data }) => console.log(id, data.email))
