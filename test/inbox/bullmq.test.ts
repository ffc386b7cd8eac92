import { createBullMqEngine } from '@sallyport/inbox/bullmq'
import { describeEngine } from '@sallyport/testing/contracts'
import { afterAll, beforeAll, describe } from 'vitest'
import { hasRedisServer, startRedisServer, type RedisServer } from './redis-server.ts'

const isInstalled = hasRedisServer('the engine contract over BullMQ')
let server: RedisServer
beforeAll(async () => {
  if (isInstalled) server = await startRedisServer()
})
afterAll(() => server?.remove())

describe.skipIf(!isInstalled)('on a Redis of its own', () => {
  describeEngine('BullMQ', {
    // On a busy machine, tens of megabytes take their time.
    createEngine: (store) =>
      createBullMqEngine({ connection: server?.url ?? 'redis://127.0.0.1:1', queue: store, timeoutMs: 20_000 }),
    // Its server goes as a whole.
    removeStore: async () => {},
  })
})
