import type { Engine } from 'sallyport/inbox'
import { createBullMqEngine, type BullMqEngineOptions } from 'sallyport/inbox/bullmq'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { consume, newEvent } from '../../packages/contracts/src/engine/test-store.ts'
import { administer, databaseUrl } from '../support/inbox/pg-boss-database.ts'
import { describeSuite } from '../support/inbox/pg-boss-suite.ts'
import { toVersion2 } from '../support/inbox/pg-boss-versions.ts'
import { hasRedisServer, startRedisServer, type RedisServer } from '../support/inbox/redis-server.ts'

const refused = { code: 'INBOX_UNSUPPORTED' }

/** Stores an event, and stops: nothing writes afterwards. */
async function fill(engine: Engine): Promise<void> {
  await engine.start()
  await engine.insert([newEvent(1)])
  await engine.stop({ drainMs: 0 })
}

/** Calls everything that reads, and expects everything that changes something to be rejected. */
async function look(engine: Engine): Promise<void> {
  await engine.start()
  expect((await engine.list()).events.map(({ key }) => key)).toEqual(['key-1'])
  expect(await engine.get('key-1')).toMatchObject({ state: 'pending' })
  expect(await engine.count()).toEqual({ count: 1, isExact: true })
  expect(await engine.failures()).toMatchObject({ groups: [] })
  expect(await engine.stats()).toMatchObject({ counts: { pending: 1 } })
  expect(await engine.names()).toMatchObject({ providers: ['test'] })
  await engine.minutes({ since: 0 })
  expect(await engine.readNote?.('none')).toBeUndefined()

  const message = expect.stringContaining('readOnly')
  const changes = [
    engine.insert([newEvent(2)]),
    engine.checkWritable?.(),
    consume(engine, async () => {}),
    engine.replay({ state: 'dead' }),
    engine.discard({ state: 'pending' }),
    engine.writeNote?.('none', 'text', undefined),
  ]
  for (const change of changes) await expect(change).rejects.toMatchObject({ ...refused, message })
}

describeSuite('a read-only PostgreSQL engine', ({ createEngine, createQueue, schema }) => {
  // PostgreSQL itself fails whatever changes something.
  const connectionString = `${databaseUrl}${databaseUrl.includes('?') ? '&' : '?'}options=-c%20default_transaction_read_only%3Don`

  it('reads and changes nothing', async () => {
    const queue = createQueue()
    await fill(createEngine({ queue }))
    await look(createEngine({ connectionString, queue, readOnly: true }))
  })

  it('creates no store', async () => {
    const engine = createEngine({ connectionString, readOnly: true })
    await expect(engine.start()).rejects.toMatchObject({ code: 'INBOX_MISSING' })
  })

  it('rejects tables that must be migrated, and leaves them', async () => {
    const queue = createQueue()
    await fill(createEngine({ queue }))
    await administer(`UPDATE ${schema}.version SET version = version - 1`)
    const engine = createEngine({ queue, readOnly: true })
    await expect(engine.start()).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining('another version of pg-boss'),
    })
    await administer(`UPDATE ${schema}.version SET version = version + 1`, ...toVersion2(schema))
    await expect(engine.start()).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining('version 2 and must be migrated'),
    })
    // A process that writes migrates them.
    await createEngine({ queue }).start()
    await engine.start()
    expect((await engine.stats()).counts.pending).toBe(1)
  })
})

describe.runIf(hasRedisServer('the read-only engine of Redis'))('a read-only Redis engine', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedisServer()
  }, 60_000)
  afterAll(() => server.remove())

  function createEngine(options: Partial<BullMqEngineOptions>): Engine {
    const engine = createBullMqEngine({ connection: server.url, ...options })
    onTestFinished(() => engine.stop({ drainMs: 0 }))
    return engine
  }

  const readChanges = async (): Promise<string | undefined> =>
    /rdb_changes_since_last_save:(\d+)/.exec(await server.client.info('persistence'))?.[1]

  it('reads and changes nothing', async () => {
    await fill(createEngine({ queue: 'looked-at' }))
    const before = await readChanges()
    await look(createEngine({ queue: 'looked-at', readOnly: true }))
    expect(await readChanges()).toBe(before)
  })

  it('creates no store', async () => {
    await expect(createEngine({ queue: 'none', readOnly: true }).start()).rejects.toMatchObject({
      code: 'INBOX_MISSING',
    })
    expect(await server.client.keys('*none*')).toEqual([])
  })

  it('rejects a store that must be migrated, and leaves it', async () => {
    const queue = 'older'
    await fill(createEngine({ queue }))
    await server.client.set('{sallyport}:older:sallyport:format', '2')
    const engine = createEngine({ queue, readOnly: true })
    await expect(engine.start()).rejects.toMatchObject({
      ...refused,
      message: expect.stringContaining('format 2 and must be migrated'),
    })
    expect(await server.client.get('{sallyport}:older:sallyport:format')).toBe('2')
    await createEngine({ queue }).start()
    await engine.start()
    expect((await engine.stats()).counts.pending).toBe(1)
  })
})
