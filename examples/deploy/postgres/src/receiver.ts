import { createReceiver } from 'sallyport'
import { createInbox } from 'sallyport/inbox'
import { createPgBossEngine } from 'sallyport/inbox/pg-boss'
import { sonzai } from 'sallyport/providers/sonzai'
import { readSecret } from './read-secret.ts'

const database = new URL(process.env.DATABASE_URL ?? 'postgres://webhooks@localhost:5432/webhooks')
database.password = encodeURIComponent(readSecret('DATABASE_PASSWORD'))

/** Receivers store events here, and workers handle them. */
export const inbox = createInbox({
  engine: createPgBossEngine({ connectionString: database.href }),
  work: 'elsewhere',
})

export const receiver = createReceiver(sonzai(), { secret: readSecret('SONZAI_WEBHOOK_SECRET'), inbox })

receiver.on('on_wakeup_ready', ({ type }, { attempt, idempotencyKey }) => {
  // Your work. Print no payload: who reads logs is often not who may read events.
  console.log(JSON.stringify({ handled: type, key: idempotencyKey, attempt }))
})
