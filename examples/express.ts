import express from 'express'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/express'
import { sonzai } from 'sallyport/providers/sonzai'

const receiver = createReceiver(sonzai(), { secret: process.env.SONZAI_WEBHOOK_SECRET })

receiver.on('on_wakeup_ready', async ({ data }) => {
  console.log(`${data.agent_id}: ${data.generated_message}`)
})

express()
  .post('/webhooks/sonzai', webhook(receiver))
  .listen(process.env.PORT ?? 3000)
