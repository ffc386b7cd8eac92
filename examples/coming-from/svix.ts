import express from 'express'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/express'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import * as z from 'zod'

const acme = standardWebhooks({ events: { 'contact.created': z.looseObject({ email: z.email() }) } })
const receiver = createReceiver(acme, { secret: process.env.STANDARD_WEBHOOK_SECRET })

receiver.on('contact.created', ({ data }) => console.log(data.email))

express()
  .post('/webhooks/contacts', webhook(receiver))
  .listen(process.env.PORT ?? 3000)
