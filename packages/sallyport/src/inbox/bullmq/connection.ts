import { Redis, type RedisOptions } from 'ioredis'
import type { Settings } from './options.ts'

const common: RedisOptions = {
  retryStrategy: (times) => Math.min(1_000, 25 * 2 ** Math.min(times, 6)),
  // After a failover the old master answers so: the name leads to the new one by then.
  reconnectOnError: (error) => error.message.startsWith('READONLY'),
}

/**
 * The connection that accepts and looks. It fails at once while Redis is away: a sender is told to come back, and nothing is
 * sent later that nobody waits for.
 */
export function createStoreClient(settings: Settings): Redis {
  return open(settings, {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: settings.timeoutMs,
    connectTimeout: settings.timeoutMs,
  })
}

/** The connection of a worker. It waits while Redis is away: an outcome is to be written, however late. */
export function createWorkerClient(settings: Settings): Redis {
  return open(settings, { enableOfflineQueue: true, maxRetriesPerRequest: null, connectTimeout: settings.timeoutMs })
}

function open({ connection }: Settings, options: RedisOptions): Redis {
  // The shapes of replies that BullMQ and the scripts here expect.
  const all = { ...common, ...options, lazyConnect: true, replyMapping: 'legacy' as const }
  const client = typeof connection === 'string' ? new Redis(connection, all) : new Redis({ ...connection, ...all })
  // Each command tells its caller; this event would end the process where nobody listens.
  client.on('error', () => {})
  return client
}
