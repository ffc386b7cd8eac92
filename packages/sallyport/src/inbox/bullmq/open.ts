import { printError } from '../../errors/print-error.ts'
import { Queue, QueueKeys } from 'bullmq'
import { Redis, type RedisOptions } from 'ioredis'
import { InboxError } from '../inbox-error.ts'
import { failUnmigrated } from '../read-only.ts'
import { checkVersion, findWeakSettings } from './guards.ts'
import { createAddJobs, type AddJobs } from './insert-script.ts'
import { migrate } from './migrate.ts'
import type { BullMqSettings } from './options.ts'
import type { JobData } from './rows.ts'

/** An open queue, and its connection. */
export interface OpenQueue {
  readonly redis: Redis
  readonly queue: Queue<JobData>
  readonly addJobs: AddJobs
  /** Name of a Redis key of the queue. */
  toKey(name: string): string
  close(): Promise<void>
}

const formatKey = 'sallyport:format'
const format = 3

/** Connects, and fails for a Redis that is weaker than promised, too old or too new. @throws InboxError */
export async function openQueue(settings: BullMqSettings): Promise<OpenQueue> {
  const redis = createClient(settings)
  try {
    await connect(redis)
    await checkVersion(redis)
    if (!settings.create || settings.readOnly) await checkPresence(redis, settings)
    await checkSettings(redis, settings)
    const toKey = (name: string): string => new QueueKeys(settings.prefix).toKey(settings.queue, name)
    const addJobs = createAddJobs(redis, toKey)
    const queue = new Queue<JobData>(settings.queue, {
      connection: redis,
      prefix: settings.prefix,
      skipMetasUpdate: settings.readOnly,
    })
    // It repeats the errors of the connection.
    queue.on('error', () => {})
    await queue.waitUntilReady()
    await checkFormat(redis, toKey, settings)
    return {
      redis,
      queue,
      addJobs,
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
  // For a wrong password `connect` only says that the connection is closed.
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

async function checkPresence(redis: Redis, { prefix, queue }: BullMqSettings): Promise<void> {
  const key = new QueueKeys(prefix).toKey(queue, formatKey)
  if ((await redis.exists(key)) === 0) throw new InboxError('INBOX_MISSING', `prefix ${prefix}, queue ${queue}`)
}

async function checkSettings(redis: Redis, { durability }: BullMqSettings): Promise<void> {
  const weak = await findWeakSettings(redis)
  if (weak.length === 0) return
  if (durability === 'power cut') throw new InboxError('INBOX_SETTINGS_WEAK', weak.join('; '))
  printError(`sallyport: the inbox in Redis does not survive a power cut, as configured: ${weak.join('; ')}`)
}

async function checkFormat(redis: Redis, toKey: OpenQueue['toKey'], { readOnly }: BullMqSettings): Promise<void> {
  const key = toKey(formatKey)
  if (!readOnly) await redis.set(key, format, 'NX')
  const kept = Number(await redis.get(key))
  if (kept > format)
    throw new InboxError('INBOX_SCHEMA_NEWER', `the queue has format ${kept}; this package knows up to ${format}`)
  if (kept === format) return
  if (readOnly) failUnmigrated(`the queue has format ${kept}`)
  await migrate({ redis, toKey }, kept)
  await redis.set(key, format)
}

const common: RedisOptions = {
  retryStrategy: (times) => Math.min(1_000, 25 * 2 ** Math.min(times, 6)),
  // The answer of an old master after a failover; by then the name leads to the new one.
  reconnectOnError: (error) => error.message.startsWith('READONLY'),
}

/**
 * The connection that stores and reads. It fails at once while Redis is unreachable: the sender gets a 503, and no command is
 * sent after its caller has given up.
 */
export function createClient(settings: BullMqSettings): Redis {
  return open(settings, {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: settings.timeoutMs,
    connectTimeout: settings.timeoutMs,
  })
}

/** The connection of a consumer. It waits while Redis is unreachable, so that outcomes are written, however late. */
export function createConsumerClient(settings: BullMqSettings): Redis {
  return open(settings, { enableOfflineQueue: true, maxRetriesPerRequest: null, connectTimeout: settings.timeoutMs })
}

function open({ connection }: BullMqSettings, options: RedisOptions): Redis {
  // The reply format that BullMQ and the scripts expect.
  const all = { ...common, ...options, lazyConnect: true, replyMapping: 'legacy' as const }
  const client = typeof connection === 'string' ? new Redis(connection, all) : new Redis({ ...connection, ...all })
  // Each command fails by itself; without a listener this event would end the process.
  client.on('error', () => {})
  return client
}
