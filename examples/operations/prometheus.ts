import { createServer } from 'node:http'
import express from 'express'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/express'
import { createPrometheusEndpoint } from 'sallyport/prometheus'
import { sonzai } from 'sallyport/providers/sonzai'
import { closeOnSignals } from 'sallyport/shutdown'

const receiver = createReceiver(sonzai(), {
  secret: process.env.SONZAI_WEBHOOK_SECRET,
  inbox: process.env.EVENTS_FILE ?? 'events.db',
})
receiver.on('on_wakeup_ready', ({ data }) => console.log(data.generated_message))

const server = express()
  .post('/webhooks/sonzai', webhook(receiver))
  .listen(process.env.PORT ?? 3000)

// A port of its own, which senders cannot reach.
const { metrics } = createPrometheusEndpoint({ receivers: [receiver] })
const scrapes = createServer(metrics).listen(Number(process.env.METRICS_PORT ?? 9464), '127.0.0.1')

closeOnSignals(server, { receivers: [receiver], onClosed: () => void scrapes.close() })
