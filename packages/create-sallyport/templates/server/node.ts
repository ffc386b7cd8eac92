import { createServer } from 'node:http'
import { health } from 'sallyport/health'
import { webhook } from 'sallyport/node'
import { closeOnSignals } from 'sallyport/shutdown'
import { inbox } from './inbox.ts' // @inbox
import { receiveSonzai } from './senders/sonzai.ts' // @each-sender

const port = Number(process.env.PORT ?? 3000)

const receivers = {
  sonzai: receiveSonzai({ inbox }), // @each-sender
}

// Ends the program if the store does not open, or could lose events. // @inbox
await inbox.ready() // @inbox

// `live` for the health check of Docker, `ready` for a load balancer.
const { live, ready } = health({ receivers: Object.values(receivers) })

const handlers = new Map(
  Object.entries({
    '/webhooks/sonzai': webhook(receivers.sonzai), // @each-sender
  }),
)

const server = createServer((request, response) => {
  const path = request.url?.split('?')[0] ?? '/'
  const handle = handlers.get(path)
  if (handle) return void handle(request, response)
  if (path === '/health') return void live(request, response)
  if (path === '/ready') return void ready(request, response)
  response.writeHead(404).end()
})

server.listen(port, () => {
  console.log(`Listening on http://localhost:${port}`)
})

// On SIGTERM, answers what is under way and lets handlers finish. Docker kills after 10 seconds.
closeOnSignals(server, {
  receivers: Object.values(receivers),
  inboxes: [inbox], // @inbox
})
