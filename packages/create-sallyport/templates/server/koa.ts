import { once } from 'node:events'
import Router from '@koa/router'
import Koa from 'koa'
import { webhook } from 'sallyport/koa'
import { inbox } from './inbox.ts' // @inbox
import { receiveSonzai } from './senders/sonzai.ts' // @each-sender

const port = Number(process.env.PORT ?? 3000)

const receivers = {
  sonzai: receiveSonzai({ inbox }), // @each-sender
}

// Ends the program if the store does not open, or could lose events. // @inbox
await inbox.ready() // @inbox

const router = new Router()

// A signature covers the exact bytes, so body parsers come after the webhooks.
router.all('/webhooks/sonzai', webhook(receivers.sonzai)) // @each-sender

router.get('/health', (context) => {
  context.body = { status: 'ok' }
})

const app = new Koa().use(router.routes())

const server = app.listen(port, () => {
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
