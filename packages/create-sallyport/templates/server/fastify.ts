import fastify from 'fastify'
import { webhook } from 'sallyport/fastify'
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

app.get('/health', () => ({ status: 'ok' }))

// On every address, so that a container can be reached from outside.
await app.listen({ port, host: '0.0.0.0' })
console.log(`Listening on http://localhost:${port}`)

async function shutDown() {
  // Takes no new connection, and answers what is under way.
  await app.close()
  await Promise.all(Object.values(receivers).map((receiver) => receiver.settled()))
  // Running handlers finish; the rest waits in the store. Docker kills after 10 seconds. // @inbox
  await inbox.stop({ drainMs: 8_000 }) // @inbox
}

process.once('SIGTERM', () => void shutDown())
process.once('SIGINT', () => void shutDown())
