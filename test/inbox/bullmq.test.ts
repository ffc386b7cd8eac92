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
  const toOptions = (store: string): BullMqEngineOptions => ({
    connection: server?.url ?? 'redis://127.0.0.1:1',
    queue: store,
    // On a busy machine, tens of megabytes take their time, and delay the renewal of locks.
    timeoutMs: 20_000,
    lockMs: 10_000,
    upkeepMs: 500,
  })

  describeEngine('BullMQ', {
    createEngine: (store) => createBullMqEngine(toOptions(store)),
    async killWorker(store) {
      // Its event must run again soon.
      const options = { ...toOptions(store), lockMs: 2_000 }
      expect(await killWorker({ engine: 'bullmq', options })).toEqual(['key-1 1'])
    },
    // Its server goes as a whole.
    removeStore: async () => {},
  })
})
