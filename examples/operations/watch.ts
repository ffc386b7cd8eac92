import express from 'express'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/express'
import { sonzai } from 'sallyport/providers/sonzai'
import { closeOnSignals } from 'sallyport/shutdown'
import { watch } from 'sallyport/watch'

const receiver = createReceiver(sonzai(), {
  secret: process.env.SONZAI_WEBHOOK_SECRET,
  inbox: process.env.EVENTS_FILE ?? 'events.db',
})
receiver.on('on_wakeup_ready', ({ data }) => console.log(data.generated_message))

watch(receiver, { notify: { slack: process.env.SLACK_URL! } })

const server = express()
  .post('/', webhook(receiver))
  .listen(process.env.PORT ?? 3000)
closeOnSignals(server, { receivers: [receiver] })
