import { setTimeout as wait } from 'node:timers/promises'
import { startPostgresServer } from '../../support/inbox/postgres-server.ts'
import { leaseMs, type SoakStore } from './store.ts'

const endConnections = 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()'

/** A PostgreSQL of its own, with its own durable settings. */
export async function openPostgresStore(): Promise<SoakStore> {
  const server = await startPostgresServer()
  const options = { connectionString: server.url, maxConnections: 4, leaseMs, pollMs: 100, timeoutMs: 2_000 }
  return {
    choice: { engine: 'pg-boss', options },
    viewer: { engine: 'pg-boss', options: { ...options, create: false, timeoutMs: 20_000 } },
    faults: ['killed', 'frozen', 'cut off'],
    async strike(fault, forMs) {
      if (fault === 'cut off') return server.query(endConnections)
      if (fault === 'killed') await server.kill()
      else server.freeze()
      await wait(forMs)
      if (fault === 'killed') await server.restart()
      else server.thaw()
    },
    remove: server.remove,
  }
}
