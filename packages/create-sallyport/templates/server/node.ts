import { once } from 'node:events'
import { createServer } from 'node:http'
import { webhook } from 'sallyport/node'
import { inbox } from './inbox.ts' // @inbox
import { receiveSonzai } from './senders/sonzai.ts' // @each-sender

const port = Number(process.env.PORT ?? 3000)

const receivers = {
  sonzai: receiveSonzai({ inbox }), // @each-sender
}

// Ends the program if the store does not open, or could lose events. // @inbox
await inbox.ready() // @inbox

const handlers = new Map(
  Object.entries({
    '/webhooks/sonzai': webhook(receivers.sonzai), // @each-sender
  }),
)

const server = createServer((request, response) => {
  const path = request.url?.split('?')[0] ?? '/'
  const handle = handlers.get(path)
  if (handle) return void handle(request, response)
  if (path !== '/health') return void response.writeHead(404).end()
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}')
})

server.listen(port, () => {
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
