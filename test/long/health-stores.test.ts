import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { health } from 'sallyport/health'
import { createInbox, createSqliteEngine, type Engine, type Inbox } from 'sallyport/inbox'
import { createBullMqEngine } from 'sallyport/inbox/bullmq'
import { createPgBossEngine } from 'sallyport/inbox/pg-boss'
import { Pool } from 'pg'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { mountSmallDisk } from '../support/crash/small-disk.ts'
import { newEvent } from '../support/inbox/new-event.ts'
import { administer, databaseUrl, hasDatabase, ownName } from '../support/inbox/pg-boss-database.ts'
import { durable, hasRedisServer, startRedisServer } from '../support/inbox/redis-server.ts'

const isDatabaseThere = await hasDatabase()
const isRedisThere = hasRedisServer('readiness with a Redis that cannot be written')

let cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.toReversed()) await cleanUp()
  cleanUps = []
})

async function open(engine: Engine): Promise<{ inbox: Inbox; codes: () => Promise<string[]> }> {
  const inbox = createInbox({ engine, onError: () => {} })
  cleanUps.push(() => inbox.stop({ drainMs: 0 }))
  await inbox.ready()
  const { check } = health({ inboxes: [inbox], reuseMs: 0, timeoutMs: 5_000 })
  return { inbox, codes: async () => (await check('ready')).failed.map(({ code }) => code) }
}

const disk = mountSmallDisk(2)
afterAll(() => disk?.remove())

describe('readiness with SQLite', () => {
  it.skipIf(disk === undefined)('shows a full disk, and that there is room again', async () => {
    const { inbox, codes } = await open(createSqliteEngine({ path: join(disk!.folder, 'events.db') }))
    expect(await codes()).toEqual([])
    const fill = async (): Promise<void> => {
      for (let n = 0; ; n++) await inbox.store(newEvent(String(n)))
    }
    // What SQLite could still write into its log would be there for an event.
    writeUntilFull(join(disk!.folder, 'other'))
    await expect(fill()).rejects.toMatchObject({ code: expect.stringMatching(/^INBOX_(?:FULL|UNAVAILABLE)$/) })
    await expect.poll(codes).toEqual([expect.stringMatching(/^INBOX_(?:FULL|UNAVAILABLE)$/)])
    rmSync(join(disk!.folder, 'other'))
    await expect.poll(codes).toEqual([])
  })

  it('shows a file that was moved away', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-health-'))
    cleanUps.push(async () => rmSync(folder, { recursive: true }))
    const { codes } = await open(createSqliteEngine({ path: join(folder, 'events.db') }))
    expect(await codes()).toEqual([])
    renameSync(join(folder, 'events.db'), join(folder, 'moved.db'))
    expect(await codes()).toEqual(['INBOX_UNAVAILABLE'])
  })
})

function writeUntilFull(path: string): void {
  try {
    for (;;) writeFileSync(path, Buffer.alloc(4_096), { flag: 'a' })
  } catch (error) {
    expect((error as { code: string }).code).toBe('ENOSPC')
  }
}

describe.runIf(isDatabaseThere)('readiness with PostgreSQL', () => {
  async function openDatabase() {
    const schema = ownName('health')
    cleanUps.push(() => administer(`DROP SCHEMA IF EXISTS ${schema} CASCADE`))
    const name = ownName('application')
    // A connection that may only read is what a replica gives, and a database that is set so.
    const pool = new Pool({ connectionString: databaseUrl, max: 2, application_name: name })
    cleanUps.push(() => pool.end())
    const opened = await open(createPgBossEngine({ db: pool, schema, queue: 'health' }))
    return { ...opened, pool, schema }
  }

  async function each(pool: Pool, statement: string): Promise<void> {
    const clients = await Promise.all([pool.connect(), pool.connect()])
    for (const client of clients) await client.query(statement)
    for (const client of clients) client.release()
  }

  it('shows connections that may only read', async () => {
    const { codes, pool } = await openDatabase()
    expect(await codes()).toEqual([])
    await each(pool, 'SET default_transaction_read_only = on')
    expect(await codes()).toEqual(['INBOX_UNAVAILABLE'])
    await each(pool, 'SET default_transaction_read_only = off')
    expect(await codes()).toEqual([])
  })

  it('shows a commit that does not wait for the disk', async () => {
    const { codes, pool } = await openDatabase()
    await each(pool, 'SET synchronous_commit = off')
    expect(await codes()).toEqual(['INBOX_SETTINGS_WEAK'])
  })

  it('shows a table that is gone', async () => {
    const { codes, schema } = await openDatabase()
    await administer(`ALTER TABLE ${schema}.inbox_event RENAME TO gone`)
    expect(await codes()).toEqual(['INBOX_UNAVAILABLE'])
  })
})

describe.runIf(isRedisThere)('readiness with Redis', () => {
  async function openRedis() {
    const server = await startRedisServer(durable)
    cleanUps.push(() => server.remove())
    const { codes } = await open(createBullMqEngine({ connection: server.url, queue: 'health', timeoutMs: 2_000 }))
    expect(await codes()).toEqual([])
    return { codes, server }
  }

  it('shows a read-only replica, and that it is a master again', async () => {
    const { codes, server } = await openRedis()
    await server.client.replicaof('127.0.0.1', '1')
    await expect.poll(codes).toEqual(['INBOX_UNAVAILABLE'])
    await server.client.replicaof('NO', 'ONE')
    await expect.poll(codes).toEqual([])
  })

  it('shows a Redis that is full, and one that refuses writes', async () => {
    const { codes, server } = await openRedis()
    await server.client.config('SET', 'maxmemory', '1mb')
    await expect.poll(codes).toEqual(['INBOX_FULL'])
    await server.client.config('SET', 'maxmemory', '0')
    await expect.poll(codes).toEqual([])
    // MISCONF or NOREPLICAS: Redis answers, and takes no write.
    await server.client.config('SET', 'min-replicas-to-write', '1')
    await expect.poll(codes).toEqual(['INBOX_UNAVAILABLE'])
  })

  it('shows settings that were weakened, after the next connection', async () => {
    const { codes, server } = await openRedis()
    await server.client.config('SET', 'appendfsync', 'no')
    await server.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await expect.poll(codes).toEqual(['INBOX_SETTINGS_WEAK'])
  })
})
