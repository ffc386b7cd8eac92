import { Queue, QueueKeys } from 'bullmq'
import type { Redis } from 'ioredis'
import { InboxError } from '../inbox-error.ts'
import { createStoreClient } from './connection.ts'
import type { JobData } from './job.ts'
import type { Settings } from './options.ts'
import { checkVersion, findWeakSettings } from './verify-settings.ts'

/** An open queue, and the connection it is looked at with. */
export interface Store {
  readonly redis: Redis
  readonly queue: Queue<JobData>
  /** Name of a Redis key of the queue. */
  toKey(name: string): string
  close(): Promise<void>
}

/**
 * Jobs that are not finished, by when they were stored. BullMQ keeps those that wait in a list, those that wait to be tried
 * again by when they are due: neither says which has waited longest, nor can be paged through while it changes. This one may
 * hold more than it should, never less; what is finished is taken out later.
 */
export const unfinishedKey = 'sallyport:unfinished'

const formatKey = 'sallyport:format'
const format = 1

/** Connects, and refuses what is weaker than promised, too old or too new. @throws InboxError */
export async function openStore(settings: Settings): Promise<Store> {
  const redis = createStoreClient(settings)
  try {
    await connect(redis)
    await checkVersion(redis)
    if (!settings.create) await checkPresence(redis, settings)
    await checkSettings(redis, settings)
    const queue = new Queue<JobData>(settings.queue, { connection: redis, prefix: settings.prefix })
    // It repeats what the connection says.
    queue.on('error', () => {})
    await queue.waitUntilReady()
    const toKey = (name: string): string => queue.toKey(name)
    await checkFormat(redis, toKey(formatKey))
    return {
      redis,
      queue,
      toKey,
      async close() {
        await queue.close()
        redis.disconnect()
      },
    }
  } catch (error) {
    redis.disconnect()
    throw error
  }
}

async function connect(redis: Redis): Promise<void> {
  // That a connection is closed is all that `connect` says of a wrong password.
  let reason: Error | undefined
  const note = (error: Error): void => void (reason ??= error)
  redis.on('error', note)
  try {
    await redis.connect()
  } catch (error) {
    throw reason ?? error
  } finally {
    redis.off('error', note)
  }
}

async function checkPresence(redis: Redis, { prefix, queue }: Settings): Promise<void> {
  const key = new QueueKeys(prefix).toKey(queue, formatKey)
  if ((await redis.exists(key)) === 0) throw new InboxError('INBOX_MISSING', `prefix ${prefix}, queue ${queue}`)
}

async function checkSettings(redis: Redis, { durability }: Settings): Promise<void> {
  const weak = await findWeakSettings(redis)
  if (weak.length === 0) return
  if (durability === 'power cut') throw new InboxError('INBOX_SETTINGS_WEAK', weak.join('; '))
  console.error(`sallyport: the inbox in Redis does not survive a power cut, as configured: ${weak.join('; ')}`)
}

async function checkFormat(redis: Redis, key: string): Promise<void> {
  await redis.set(key, format, 'NX')
  const kept = Number(await redis.get(key))
  if (kept > format) throw new InboxError('INBOX_SCHEMA_NEWER', `its format is ${kept}, known is ${format}`)
}
