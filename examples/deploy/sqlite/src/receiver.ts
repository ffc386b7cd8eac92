import { createReceiver } from 'sallyport'
import { createInbox, createSqliteEngine } from 'sallyport/inbox'
import { sonzai } from 'sallyport/providers/sonzai'
import { readSecret } from './read-secret.ts'

/** Events are stored in this file before the sender gets its 202. Then the handlers run, with retries. */
export const inbox = createInbox({ engine: createSqliteEngine({ path: process.env.EVENTS_FILE ?? 'events.db' }) })

export const receiver = createReceiver(sonzai(), { secret: readSecret('SONZAI_WEBHOOK_SECRET'), inbox })

receiver.on('on_wakeup_ready', ({ type }, { attempt, idempotencyKey }) => {
  // Your work. Print no payload: who reads logs is often not who may read events.
  console.log(JSON.stringify({ handled: type, key: idempotencyKey, attempt }))
})
