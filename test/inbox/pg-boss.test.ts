import { createPgBossEngine, type PgBossEngineOptions } from 'sallyport/inbox/pg-boss'
import { describeEngine } from '@sallyport/contracts'
import { afterAll, describe, expect } from 'vitest'
import { killWorker } from '../support/inbox/kill-worker.ts'
import { administer, databaseUrl, hasDatabase, inTransaction, ownName } from '../support/inbox/pg-boss-database.ts'

const isThere = await hasDatabase()
const schema = ownName('contract')

describe.runIf(isThere)('over PostgreSQL', () => {
  afterAll(() => administer(`DROP SCHEMA IF EXISTS ${schema} CASCADE`))

  const killed = new Set<string>()
  // One schema, and a queue for each store: installing pg-boss is the slow part.
  const toOptions = (store: string): PgBossEngineOptions => ({
    connectionString: databaseUrl,
    schema,
    queue: store,
    maxConnections: 4,
    // Events of a killed worker must run again soon, but a busy machine needs time for tens of megabytes.
    leaseMs: killed.has(store) ? 2_000 : 10_000,
  })

  describeEngine('pg-boss', {
    createEngine: (store) => createPgBossEngine(toOptions(store)),
    removeStore: async () => {},
    async killWorker(store) {
      killed.add(store)
      expect(await killWorker({ engine: 'pg-boss', options: toOptions(store) })).toEqual(['key-1 1'])
    },
    inTransaction,
  })
})
