import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { webhook } from 'sallyport/fetch'
import { health } from 'sallyport/health'
import { closeOnSignals } from 'sallyport/shutdown'
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

// `live` for the health check of Docker, `ready` for a load balancer.
const { live, ready } = health({ receivers: Object.values(receivers) })
app.get('/health', live)
app.get('/ready', ready)

const server = serve({ fetch: app.fetch, port }, () => {
  console.log(`Listening on http://localhost:${port}`)
})

// On SIGTERM, answers what is under way and lets handlers finish. Docker kills after 10 seconds.
closeOnSignals(server, {
  receivers: Object.values(receivers),
  inboxes: [inbox], // @inbox
})
