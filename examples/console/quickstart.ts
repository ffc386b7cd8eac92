import { createConsole } from '@sallyport/console'
import { mount } from '@sallyport/console/express'
import express from 'express'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/express'
import { sonzai } from 'sallyport/providers/sonzai'
import { basicAuth } from './basic-auth.ts'

const receiver = createReceiver(sonzai(), {
  secret: process.env.SONZAI_WEBHOOK_SECRET,
  inbox: process.env.EVENTS_FILE ?? 'events.db',
})

const handler = createConsole({
  receivers: [receiver], // with their inbox
  authorize: basicAuth({ operate: process.env.CONSOLE_PASSWORD }),
})

express()
  .post('/webhooks/sonzai', webhook(receiver))
  .use('/console', mount(handler)) // http://localhost:3000/console
  .listen(process.env.PORT ?? 3000)
