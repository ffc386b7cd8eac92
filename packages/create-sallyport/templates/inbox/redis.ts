import { createInbox } from 'sallyport/inbox'
import { createBullMqEngine } from 'sallyport/inbox/bullmq'

const connection = process.env.REDIS_URL
if (!connection) throw new Error('REDIS_URL is missing; set it to redis://host:6379')

/** Events are stored in Redis before the sender gets its 202. Then the handlers run, with retries. */
export const inbox = createInbox({ engine: createBullMqEngine({ connection }) })
