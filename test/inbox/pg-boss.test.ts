import { createPgBossEngine } from '@sallyport/inbox/pg-boss'
import { describeEngine } from '@sallyport/testing/contracts'
import { afterAll, describe } from 'vitest'
import { administer, databaseUrl, hasDatabase, ownName } from './pg-boss-database.ts'

const isThere = await hasDatabase()
const schema = ownName('contract')

describe.runIf(isThere)('over PostgreSQL', () => {
  afterAll(() => administer(`DROP SCHEMA IF EXISTS ${schema} CASCADE`))

  // One schema, and a queue for each store: installing pg-boss is the slow part.
  describeEngine('pg-boss', {
    createEngine: (store) =>
      createPgBossEngine({ connectionString: databaseUrl, schema, queue: store, maxConnections: 4 }),
    removeStore: async () => {},
  })
})
