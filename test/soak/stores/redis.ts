import { setTimeout as wait } from 'node:timers/promises'
import { startRedisServer } from '../../support/inbox/redis-server.ts'
import { leaseMs, type SoakStore } from './store.ts'

/** A Redis of its own, which syncs every write. */
export async function openRedisStore(): Promise<SoakStore> {
  const server = await startRedisServer()
  const options = { connection: server.url, lockMs: leaseMs, timeoutMs: 2_000, upkeepMs: 1_000 }
  return {
    choice: { engine: 'bullmq', options },
    viewer: { engine: 'bullmq', options: { ...options, create: false, timeoutMs: 20_000 } },
    faults: ['killed', 'frozen', 'cut off'],
    async strike(fault, forMs) {
      if (fault === 'cut off')
        return void (await server.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'))
      if (fault === 'killed') await server.kill()
      else server.signal('SIGSTOP')
      await wait(forMs)
      if (fault === 'killed') await server.restart()
      else server.signal('SIGCONT')
    },
    remove: server.remove,
  }
}
