import type { Engine } from 'sallyport/inbox'
import { createBullMqEngine, type BullMqEngineOptions } from 'sallyport/inbox/bullmq'
import { afterAll, afterEach, beforeAll, describe, vi } from 'vitest'
import { hasRedisServer, startRedisServer, type RedisServer } from './redis-server.ts'

/** Shared by the tests of one file. */
export interface Suite {
  readonly server: RedisServer
  /** Starts an engine; it stops after the test. */
  open(options?: Partial<BullMqEngineOptions>): Promise<Engine>
}

/** Describes tests over a Redis server of their own, emptied after each test, if Redis is installed. */
export function describeSuite(name: string, tests: (suite: Suite) => void): void {
  describe.runIf(hasRedisServer(name))(name, () => {
    let started: RedisServer | undefined
    let engines: Engine[] = []
    const suite: Suite = {
      get server() {
        return started!
      },
      async open(options = {}) {
        const engine = createBullMqEngine({ connection: suite.server.url, ...options })
        engines.push(engine)
        await engine.start()
        return engine
      },
    }
    beforeAll(async () => {
      started = await startRedisServer()
    })
    afterEach(async () => {
      vi.useRealTimers()
      vi.restoreAllMocks()
      await Promise.all(engines.map((engine) => engine.stop({ drainMs: 0 })))
      engines = []
      await suite.server.client.flushall()
    })
    afterAll(() => started?.remove())
    tests(suite)
  })
}
