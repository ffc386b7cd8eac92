import { createInbox } from 'sallyport/inbox'
import { createBullMqEngine } from 'sallyport/inbox/bullmq'

export const openRedisInbox = (connection: string) =>
  createInbox({
    engine: createBullMqEngine({ connection, queue: 'webhooks', fullAt: 0.8 }),
    concurrency: 50,
    retry: { attempts: 10, delayMs: 1_000, maxDelayMs: 600_000 },
  })
