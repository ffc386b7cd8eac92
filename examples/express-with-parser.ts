import express from 'express'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/express'
import { sonzai } from 'sallyport/providers/sonzai'
import { closeOnSignals } from 'sallyport/shutdown'

const receiver = createReceiver(sonzai(), { secret: process.env.SONZAI_WEBHOOK_SECRET })

receiver.on('agent.message', ({ id, data }) => console.log(id, data.agent_id))

const app = express()
app.post('/webhooks/sonzai', webhook(receiver)) // before the parser
app.use(express.json())
app.post('/echo', (request, response) => {
  response.json(request.body)
})

const server = app.listen(process.env.PORT ?? 3000)

closeOnSignals(server, { receivers: [receiver] }) // answers open requests, then waits for handlers
