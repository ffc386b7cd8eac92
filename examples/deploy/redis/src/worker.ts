import { createServer } from 'node:http'
import { health } from 'sallyport/health'
import { createWorker } from 'sallyport/inbox'
import { inbox, receiver } from './receiver.ts'

// On SIGTERM it begins no event, and lets running handlers finish. An event that does not finish is retried, by any worker.
const worker = createWorker(receiver, { drainMs: 25_000 })

const { live, ready } = health({ inboxes: [inbox] })
const server = createServer((request, response) => {
  const path = request.url?.split('?')[0]
  if (path === '/live') return void live(request, response)
  if (path === '/ready') return void ready(request, response)
  response.writeHead(404).end()
})
server.listen(process.env.PORT ?? 3000)

await worker.ready()
console.log('working')
await worker.stopped
server.close()
server.closeAllConnections()
