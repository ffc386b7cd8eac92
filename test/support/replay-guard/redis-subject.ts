import { Redis } from 'ioredis'
import { createClient, createClientPool } from 'redis'
import type { ReplayGuardSubject } from '@sallyport/contracts'
import { createRedisReplayGuard, type RedisClient } from 'sallyport/replay-guard/redis'
import { openProxy, type Proxy } from '../inbox/pg-boss-proxy.ts'

/** The Redis that tests may use: only keys of their own. */
export const redisUrl = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379'

/** Whether there is a Redis; prints what is skipped if not. */
export async function hasRedis(): Promise<boolean> {
  const client = new Redis(redisUrl, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null })
  client.on('error', () => {})
  try {
    await client.ping()
    return true
  } catch {
    console.warn('\nSKIPPED: every test of the replay guard in Redis. No Redis at REDIS_URL or its default.\n')
    return false
  } finally {
    client.disconnect()
  }
}

/** A client, and how it is closed. */
interface OpenClient {
  readonly client: RedisClient
  close(): void
}

/** How a client of each kind is opened. */
export const clientKinds = {
  ioredis(url: string): OpenClient {
    const client = new Redis(url)
    client.on('error', () => {})
    return { client, close: () => client.disconnect() }
  },
  async 'node-redis'(url: string): Promise<OpenClient> {
    const client = createClient({ url })
    client.on('error', () => {})
    await client.connect()
    return { client, close: () => client.destroy() }
  },
  async 'node-redis pool'(url: string): Promise<OpenClient> {
    const client = createClientPool({ url })
    client.on('error', () => {})
    await client.connect()
    return { client, close: () => client.destroy() }
  },
}

/** The subject of the contract, over one client; to be opened before the tests, and closed after them. */
export async function openRedisSubject(kind: keyof typeof clientKinds) {
  const proxy: Proxy = await openProxy(redisUrl)
  const opened = await clientKinds[kind](proxy.url)
  const direct = new Redis(redisUrl)
  const listKeys = (store: string): Promise<string[]> => direct.keys(`sallyport:replay:${store}:*`)

  const subject: ReplayGuardSubject = {
    leaseMs: 60_000,
    isBounded: false,
    createGuard: (store, options = {}) =>
      createRedisReplayGuard({ client: opened.client, namespace: store, timeoutMs: options.timeoutMs }),
    async passTime(store, ms) {
      for (const key of await listKeys(store)) {
        const left = (await direct.pttl(key)) - ms
        if (left > 0) await direct.pexpire(key, left)
        else await direct.del(key)
      }
    },
    async removeStore(store) {
      const keys = await listKeys(store)
      if (keys.length > 0) await direct.del(keys)
    },
    async interrupt(_store, how) {
      if (how === 'closed') await proxy.cut()
      else proxy.pause()
      return () => proxy.restore()
    },
  }
  return {
    subject,
    direct,
    async close() {
      opened.close()
      direct.disconnect()
      await proxy.cut()
    },
  }
}
