import { createServer } from 'node:http'
import pino from 'pino'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/node'
import { sonzai } from 'sallyport/providers/sonzai'
import { closeOnSignals } from 'sallyport/shutdown'

const logger = pino()

const receiver = createReceiver(sonzai(), {
  secret: process.env.SONZAI_WEBHOOK_SECRET,
  inbox: process.env.EVENTS_FILE ?? 'events.db',
  logger,
})
receiver.on('on_wakeup_ready', () => {
  throw new Error('the customer service does not answer')
})

const server = createServer(webhook(receiver)).listen(process.env.PORT ?? 3000)
closeOnSignals(server, { receivers: [receiver] })
