import express from 'express'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/express'
import { health } from 'sallyport/health'
import { sonzai } from 'sallyport/providers/sonzai'
import { closeOnSignals } from 'sallyport/shutdown'

const receiver = createReceiver(sonzai(), {
  secret: process.env.SONZAI_WEBHOOK_SECRET,
  inbox: process.env.EVENTS_FILE ?? 'events.db',
})
receiver.on('on_wakeup_ready', ({ data }) => console.log(data.generated_message))

const { live, ready } = health({ receivers: [receiver] })

const app = express().get('/live', live).get('/ready', ready).post('/webhooks/sonzai', webhook(receiver))
const server = app.listen(process.env.PORT ?? 3000)

// From SIGTERM on it is not ready.
closeOnSignals(server, { receivers: [receiver] })
