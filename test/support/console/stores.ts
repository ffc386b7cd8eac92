import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSqliteEngine, type Engine } from 'sallyport/inbox'
import { createBullMqEngine } from 'sallyport/inbox/bullmq'
import { createPgBossEngine } from 'sallyport/inbox/pg-boss'
import { administer, databaseUrl, hasDatabase, ownName } from '../inbox/pg-boss-database.ts'
import { hasRedisServer, startRedisServer } from '../inbox/redis-server.ts'

/** A store of one test file. */
export interface OpenStore {
  /** Makes an engine over it, as often as it is called. */
  readonly createEngine: () => Engine
  remove(): Promise<void>
}

/** Every kind of store that the console shows. */
export const stores: readonly {
  readonly name: string
  readonly isThere: boolean
  readonly open: () => Promise<OpenStore>
}[] = [
  { name: 'SQLite', isThere: true, open: openSqlite },
  { name: 'PostgreSQL', isThere: await hasDatabase(), open: openPostgres },
  { name: 'Redis', isThere: hasRedisServer("the console's pages over Redis"), open: openRedis },
]

async function openSqlite(): Promise<OpenStore> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-console-'))
  return {
    createEngine: () => createSqliteEngine({ path: join(folder, 'events.db') }),
    remove: async () => rmSync(folder, { recursive: true }),
  }
}

async function openPostgres(): Promise<OpenStore> {
  const options = { connectionString: databaseUrl, schema: ownName('console'), queue: 'console', pollMs: 50 }
  return {
    createEngine: () => createPgBossEngine(options),
    remove: () => administer(`DROP SCHEMA IF EXISTS ${options.schema} CASCADE`),
  }
}

async function openRedis(): Promise<OpenStore> {
  const server = await startRedisServer()
  return {
    createEngine: () => createBullMqEngine({ connection: server.url, queue: 'console' }),
    remove: () => server.remove(),
  }
}
