import express from 'express'
import { safeVerify } from 'sallyport'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import * as z from 'zod'

const secret = process.env.STANDARD_WEBHOOK_SECRET
const acme = standardWebhooks({ events: { 'contact.created': z.looseObject({ email: z.email() }) } })

express()
  .post('/webhooks/contacts', express.raw({ type: 'application/json' }), async (request, response) => {
    const result = await safeVerify(acme, { secret, headers: request.headers, body: request.body as Buffer })
    if (!result.ok) return void response.status(result.status).send(result.title)
    if (result.event.type === 'contact.created') console.log(result.event.data.email) // typed by the schema
    response.sendStatus(204)
  })
  .listen(process.env.PORT ?? 3000)
