import { createServer } from 'node:http'
import { createReceiver } from 'sallyport'
import { captureNode, webhook, writeReply } from 'sallyport/node'
import { sonzai } from 'sallyport/providers/sonzai'

const receiver = createReceiver(sonzai(), { secret: process.env.SONZAI_WEBHOOK_SECRET })

receiver.onAny(({ type, id }) => console.log(type, id))

const server = createServer(webhook(receiver))

// Instead of Node's answer to `Expect: 100-continue`, which asks for every body.
server.on('checkContinue', async (request, response) => {
  const incoming = captureNode(request, response)
  const { body, signal } = incoming
  const reply = await receiver.receive({
    ...incoming,
    signal,
    // The receiver reads the body only after it accepted the headers.
    async body(limits) {
      response.writeContinue()
      return typeof body === 'function' ? body(limits) : body
    },
  })
  writeReply(reply, request, response)
})

server.listen(process.env.PORT ?? 3000)
