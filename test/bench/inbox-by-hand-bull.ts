import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { writeInBatches } from './inbox-batches.ts'
import type { OpenHandled } from './inbox-handled.ts'
import { toData } from './inbox-stores.ts'

/** A worker of BullMQ, as its documentation shows it, with handlers enough to keep Redis busy. */
export const openBullByHand: OpenHandled = async ({ redisUrl }, name) => {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null })
  const queue = new Queue(name, { connection })
  await queue.waitUntilReady()
  let worker: Worker<{ readonly key: string }> | undefined

  return {
    accept: (event) => queue.add(event.type, toData(event)),
    fill: (count, makeEvent) =>
      writeInBatches(count, makeEvent, (batch) =>
        queue.addBulk(batch.map((event) => ({ name: event.type, data: toData(event) }))),
      ),
    async work(handle, onDone) {
      worker = new Worker(name, async ({ data }) => void (await handle(data.key)), { connection, concurrency: 100 })
      worker.on('completed', () => onDone(1))
      worker.on('error', () => {})
      await worker.waitUntilReady()
    },
    async stop() {
      await worker?.close()
      await queue.close()
      connection.disconnect()
    },
  }
}
