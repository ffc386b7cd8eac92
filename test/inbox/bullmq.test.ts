import { createBullMqEngine, type BullMqEngineOptions } from 'sallyport/inbox/bullmq'
import { describeEngine } from '@sallyport/contracts'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { killWorker } from '../support/inbox/kill-worker.ts'
import { hasRedisServer, startRedisServer, type RedisServer } from '../support/inbox/redis-server.ts'

const isInstalled = hasRedisServer('the engine contract over BullMQ')
let server: RedisServer
beforeAll(async () => {
  if (isInstalled) server = await startRedisServer()
})
afterAll(() => server?.remove())

describe.skipIf(!isInstalled)('on a Redis of its own', () => {
  const killed = new Set<string>()
  const toOptions = (store: string): BullMqEngineOptions => ({
    connection: server?.url ?? 'redis://127.0.0.1:1',
    queue: store,
    timeoutMs: 20_000,
    // Events of a killed worker must run again soon, but on a busy machine tens of megabytes delay the renewal of locks.
    lockMs: killed.has(store) ? 2_000 : 10_000,
    upkeepMs: 500,
  })

  describeEngine('BullMQ', {
    createEngine: (store) => createBullMqEngine(toOptions(store)),
    async killWorker(store) {
      killed.add(store)
      expect(await killWorker({ engine: 'bullmq', options: toOptions(store) })).toEqual(['key-1 1'])
    },
    // Its server goes as a whole.
    removeStore: async () => {},
  })
})
