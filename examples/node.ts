import { createServer } from 'node:http'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/node'
import { sonzai } from 'sallyport/providers/sonzai'

const receiver = createReceiver(sonzai(), { secret: process.env.SONZAI_WEBHOOK_SECRET })

receiver.onAny(({ type, id }) => console.log(type, id))

const handle = webhook(receiver)

createServer((request, response) => {
  if (request.url === '/webhooks/sonzai') return void handle(request, response)
  response.writeHead(404).end()
}).listen(process.env.PORT ?? 3000)
