import fastify from 'fastify'
import { webhook } from 'sallyport/fastify'
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

const app = fastify()

// Each receiver reads its own bodies: the signature covers the exact bytes. Other routes keep Fastify's parsers.
app.register(webhook(receivers.sonzai), { prefix: '/webhooks/sonzai' }) // @each-sender

// `live` for the health check of Docker, `ready` for a load balancer.
const { live, ready } = health({ receivers: Object.values(receivers) })
app.get('/health', live)
app.get('/ready', ready)

// On every address, so that a container can be reached from outside.
await app.listen({ port, host: '0.0.0.0' })
console.log(`Listening on http://localhost:${port}`)

// On SIGTERM, answers what is under way and lets handlers finish. Docker kills after 10 seconds.
closeOnSignals(app, {
  receivers: Object.values(receivers),
  inboxes: [inbox], // @inbox
})
