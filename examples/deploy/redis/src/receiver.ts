import { createReceiver } from 'sallyport'
import { createInbox } from 'sallyport/inbox'
import { createBullMqEngine } from 'sallyport/inbox/bullmq'
import { sonzai } from 'sallyport/providers/sonzai'
import { readSecret } from './read-secret.ts'

const redis = new URL(process.env.REDIS_URL ?? 'redis://localhost:6379')
redis.password = encodeURIComponent(readSecret('REDIS_PASSWORD'))

/** Receivers store events here, and workers handle them. */
export const inbox = createInbox({ engine: createBullMqEngine({ connection: redis.href }), work: 'elsewhere' })

export const receiver = createReceiver(sonzai(), { secret: readSecret('SONZAI_WEBHOOK_SECRET'), inbox })

receiver.on('on_wakeup_ready', ({ type }, { attempt, idempotencyKey }) => {
  // Your work. Print no payload: who reads logs is often not who may read events.
  console.log(JSON.stringify({ handled: type, key: idempotencyKey, attempt }))
})
