import { createServer } from 'node:http'
import { health } from 'sallyport/health'
import { closeOnSignals } from 'sallyport/shutdown'
import { webhook } from 'sallyport/node'
import { inbox, receiver } from './receiver.ts'

const { live, ready } = health({ receivers: [receiver] })
const handle = webhook(receiver)

const server = createServer((request, response) => {
  const path = request.url?.split('?')[0]
  if (path === '/webhooks/sonzai') return void handle(request, response)
  if (path === '/live') return void live(request, response)
  if (path === '/ready') return void ready(request, response)
  response.writeHead(404).end()
})

// Answers what is under way, and closes the store. The workers handle what it holds.
closeOnSignals(server, { receivers: [receiver], timeoutMs: 25_000 })

// Ends the program if the store does not open, or could lose events.
await inbox.ready()
server.listen(process.env.PORT ?? 3000, () => console.log('listening'))
