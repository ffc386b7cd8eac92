import { createPgBossEngine, type PgBossEngineOptions } from 'sallyport/inbox/pg-boss'
import { describeEngine } from '@sallyport/contracts'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { killWorker } from '../support/inbox/kill-worker.ts'
import { inTransaction } from '../support/inbox/pg-boss-database.ts'
import { hasPgBouncer, startPgBouncer, type PgBouncer, type PoolMode } from '../support/inbox/pgbouncer.ts'
import { hasPostgresServer, startPostgresServer, type PostgresServer } from '../support/inbox/postgres-server.ts'

const what = 'the engine contract over PgBouncer'
const isPossible = hasPostgresServer(what) && hasPgBouncer(what)

describe.runIf(isPossible).each<PoolMode>(['session', 'transaction'])('over PgBouncer, pool mode %s', (mode) => {
  let server: PostgresServer
  let bouncer: PgBouncer
  beforeAll(async () => {
    server = await startPostgresServer()
    bouncer = await startPgBouncer(server, mode)
  })
  afterAll(async () => {
    await bouncer?.remove()
    await server?.remove()
  })

  const killed = new Set<string>()
  const toOptions = (store: string): PgBossEngineOptions => ({
    connectionString: bouncer?.url ?? 'postgres://127.0.0.1:1/none',
    queue: store,
    maxConnections: 4,
    leaseMs: killed.has(store) ? 2_000 : 10_000,
  })

  describeEngine(`pg-boss through PgBouncer (${mode})`, {
    createEngine: (store) => createPgBossEngine(toOptions(store)),
    removeStore: async () => {},
    async killWorker(store) {
      killed.add(store)
      expect(await killWorker({ engine: 'pg-boss', options: toOptions(store) })).toEqual(['key-1 1'])
    },
    inTransaction: (end, work) => inTransaction(end, work, bouncer.url),
  })
})
