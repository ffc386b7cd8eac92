import express from 'express'
import { Webhook } from 'svix'

const webhook = new Webhook(process.env.STANDARD_WEBHOOK_SECRET ?? '')

express()
  .post('/webhooks/contacts', express.raw({ type: 'application/json' }), (request, response) => {
    try {
      const body = request.body as Buffer
      webhook.verify(body, request.headers as Record<string, string>)
      const event = JSON.parse(body.toString()) as { type: string; data: { email: string } }
      if (event.type === 'contact.created') console.log(event.data.email)
      response.sendStatus(204)
    } catch {
      response.status(400).send('invalid')
    }
  })
  .listen(process.env.PORT ?? 3000)
