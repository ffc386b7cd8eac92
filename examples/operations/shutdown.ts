import fastify from 'fastify'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/fastify'
import { health } from 'sallyport/health'
import { sonzai } from 'sallyport/providers/sonzai'
import { closeGracefully } from 'sallyport/shutdown'

const receiver = createReceiver(sonzai(), {
  secret: process.env.SONZAI_WEBHOOK_SECRET,
  inbox: process.env.EVENTS_FILE ?? 'events.db',
})
receiver.on('on_wakeup_ready', ({ data }) => console.log(data.generated_message))

const app = fastify()
app.get('/ready', health({ receivers: [receiver] }).ready)
app.register(webhook(receiver), { prefix: '/webhooks/sonzai' })
await app.listen({ port: Number(process.env.PORT ?? 3000), host: '0.0.0.0' })

process.once('SIGTERM', async () => {
  // Kubernetes kills after 30 seconds, and takes a few to send no more.
  const delayMs = Number(process.env.DELAY_MS ?? 5_000)
  const { isComplete, ...report } = await closeGracefully(app, { receivers: [receiver], delayMs, timeoutMs: 25_000 })
  if (isComplete) console.log('closed')
  else console.error('cut off', report)
})
