import { createServer } from 'node:http'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/node'
import { sonzai } from 'sallyport/providers/sonzai'
import { closeOnSignals } from 'sallyport/shutdown'

const receiver = createReceiver(sonzai(), {
  secret: process.env.SONZAI_WEBHOOK_SECRET,
  inbox: process.env.EVENTS_FILE ?? 'events.db',
})

receiver.on('on_wakeup_ready', async ({ data }, { attempt, idempotencyKey }) => {
  console.log(`attempt ${attempt} of ${idempotencyKey}: ${data.generated_message}`)
})

await receiver.ready() // the store is open, and its settings keep the promise
const server = createServer(webhook(receiver)).listen(process.env.PORT ?? 3000)

// On SIGTERM, running handlers finish. Everything else waits on disk for the next start.
closeOnSignals(server, { receivers: [receiver], timeoutMs: 20_000 })
