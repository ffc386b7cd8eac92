import express from 'express'
import { Redis } from 'ioredis'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/express'
import { sonzai } from 'sallyport/providers/sonzai'
import { createRedisReplayGuard } from 'sallyport/replay-guard/redis'
import { closeOnSignals } from 'sallyport/shutdown'

const client = new Redis(process.env.REDIS_URL!)
client.on('error', (error) => console.error('Redis:', error.message))

const receiver = createReceiver(sonzai(), {
  secret: process.env.SONZAI_WEBHOOK_SECRET,
  replayGuard: createRedisReplayGuard({ client, namespace: process.env.APP_NAME ?? 'shop' }),
})
receiver.on('on_wakeup_ready', ({ data }) => console.log(data.generated_message))
await receiver.ready() // Redis answers, and deletes nothing when it is full

const server = express()
  .post('/', webhook(receiver))
  .listen(process.env.PORT ?? 3000)
closeOnSignals(server, { receivers: [receiver], onClosed: () => client.disconnect() })
