import express from 'express'
import { webhook } from 'sallyport/express'
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

const app = express()

// A signature covers the exact bytes, so body parsers come after the webhooks.
app.all('/webhooks/sonzai', webhook(receivers.sonzai)) // @each-sender

// `live` for the health check of Docker, `ready` for a load balancer.
const { live, ready } = health({ receivers: Object.values(receivers) })
app.get('/health', live)
app.get('/ready', ready)

const server = app.listen(port, (error) => {
  if (error) throw error
  console.log(`Listening on http://localhost:${port}`)
})

// On SIGTERM, answers what is under way and lets handlers finish. Docker kills after 10 seconds.
closeOnSignals(server, {
  receivers: Object.values(receivers),
  inboxes: [inbox], // @inbox
})
