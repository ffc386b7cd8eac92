import { once } from 'node:events'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { webhook } from 'sallyport/fetch'
import { inbox } from './inbox.ts' // @inbox
import { receiveSonzai } from './senders/sonzai.ts' // @each-sender

const port = Number(process.env.PORT ?? 3000)

const receivers = {
  sonzai: receiveSonzai({ inbox }), // @each-sender
}

// Ends the program if the store does not open, or could lose events. // @inbox
await inbox.ready() // @inbox

const app = new Hono()

const handlers = {
  '/webhooks/sonzai': webhook(receivers.sonzai), // @each-sender
}
for (const [path, handle] of Object.entries(handlers)) app.all(path, (context) => handle(context.req.raw))

app.get('/health', (context) => context.json({ status: 'ok' }))

const server = serve({ fetch: app.fetch, port }, () => {
  console.log(`Listening on http://localhost:${port}`)
})

async function shutDown() {
  // Takes no new connection, and answers what is under way.
  server.close()
  await once(server, 'close')
  await Promise.all(Object.values(receivers).map((receiver) => receiver.settled()))
  // Running handlers finish; the rest waits in the store. Docker kills after 10 seconds. // @inbox
  await inbox.stop({ drainMs: 8_000 }) // @inbox
}

process.once('SIGTERM', () => void shutDown())
process.once('SIGINT', () => void shutDown())
