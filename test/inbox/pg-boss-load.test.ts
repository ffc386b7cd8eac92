import { RejectError } from 'sallyport'
import { toRetryPolicy } from 'sallyport/inbox'
import type { PgPool } from 'sallyport/inbox/pg-boss'
import { Pool } from 'pg'
import { afterEach, expect, it, vi } from 'vitest'
import { consume, newEvent } from '../../packages/contracts/src/engine/test-store.ts'
import { countRows, databaseUrl } from '../support/inbox/pg-boss-database.ts'
import { describeSuite } from '../support/inbox/pg-boss-suite.ts'

/** A pool that writes down what is asked of its clients. */
function openSpiedPool(): { pool: PgPool; texts: string[]; end(): Promise<void> } {
  const pool = new Pool({ connectionString: databaseUrl, max: 5 })
  const texts: string[] = []
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...values: unknown[]) => unknown
    client.query = ((...values: unknown[]) => {
      texts.push(String(values[0]))
      return query(...values)
    }) as typeof client.query
  })
  return { pool, texts, end: () => pool.end() }
}

const isInsert = (text: string): boolean => /INSERT INTO \w+\.inbox_event/.test(text)

describeSuite('an engine at work', ({ createEngine, createQueue, schema }) => {
  afterEach(() => vi.restoreAllMocks())

  it('writes concurrent events together, over your own pool', async () => {
    const { pool, texts, end } = openSpiedPool()
    const engine = createEngine({ db: pool })
    await engine.start()
    texts.length = 0
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => engine.insert([newEvent(n)])))
    expect(answers.flat()).toEqual(Array.from({ length: 100 }, () => 'stored'))
    // Half of them each, and beside them the round of forgetting that each start begins with.
    expect(texts.filter(isInsert)).toHaveLength(2)
    expect(texts.filter((text) => text === 'COMMIT').length).toBeLessThanOrEqual(3)

    // 50 senders who each wait for their answer, and so come back at different times.
    texts.length = 0
    let sent = 100
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        while (sent < 600) await engine.insert([newEvent(sent++)])
      }),
    )
    const inserts = texts.filter(isInsert).length
    expect(inserts).toBeLessThanOrEqual(50)
    expect((await engine.stats()).counts.pending).toBe(600)
    await engine.stop({ drainMs: 0 })
    await end()
  })

  it('has PostgreSQL count its new tables, so that plans fit', async () => {
    const queue = createQueue()
    const engine = createEngine({ queue })
    await engine.start()
    const counted = `SELECT 1 FROM pg_class WHERE reltuples >= 600 AND oid = (
      SELECT ('${schema}.' || table_name)::regclass FROM ${schema}.queue WHERE name = '${queue}')`
    await engine.insert(Array.from({ length: 600 }, (_, n) => newEvent(n)))
    await vi.waitFor(async () => expect(await countRows(counted)).toBe(1), 20_000)
    await engine.stop({ drainMs: 0 })
  })

  it('uses the clock of the database, not of the process', async () => {
    const queue = createQueue()
    const engine = createEngine({ queue, leaseMs: 3_000 })
    await engine.start()
    const begun = Date.now()
    const real = Date.now.bind(Date)
    const retry = toRetryPolicy({ attempts: 2, delayMs: 300, factor: 1, jitter: 0 })
    const runs = new Map<string, number[]>()
    const isOver = Promise.withResolvers<void>()
    const outcomes = await consume(
      engine,
      async ({ key }, { number }) => {
        runs.set(key, [...(runs.get(key) ?? []), performance.now()])
        if (key === 'key-slow') await isOver.promise
        else if (number === 1) throw new Error('once')
      },
      { retry },
    )
    await engine.insert([newEvent('slow')])
    const hour = 3_600_000
    for (const jump of [hour, -hour]) {
      vi.spyOn(Date, 'now').mockImplementation(() => real() + jump)
      await engine.insert([newEvent(jump)])
      await expect.poll(() => runs.get(`key-${jump}`)?.length, { timeout: 20_000 }).toBe(2)
      const [first, second] = runs.get(`key-${jump}`)!
      expect(second! - first!).toBeGreaterThanOrEqual(290)
      expect(Math.abs((await engine.get(`key-${jump}`))!.storedAt - begun)).toBeLessThan(60_000)
    }
    // A lease is kept, and not lost by a jump, however long the handler takes.
    const isRenewed = `SELECT 1 FROM ${schema}.job WHERE name = '${queue}' AND heartbeat_on > started_on + interval '3 s'`
    await expect.poll(() => countRows(`${isRenewed} AND state = 'active'`), { timeout: 20_000 }).toBe(1)
    isOver.resolve()
    await outcomes.until(3, 'handled')
    expect(runs.get('key-slow')).toHaveLength(1)
    expect(outcomes.seen.filter(({ outcome }) => outcome === 'retried')).toHaveLength(2)
  })

  it('deletes done and dead events after their retention', async () => {
    const queue = createQueue()
    const first = createEngine({ queue })
    await first.start()
    await first.insert([newEvent('done'), newEvent('dead', { orderKey: 'a' }), newEvent('waits', { orderKey: 'a' })])
    const outcomes = await consume(
      first,
      async ({ key }) => {
        if (key === 'key-dead') throw new RejectError('no')
      },
      { order: 'strict' },
    )
    await outcomes.until(1, 'handled')
    await outcomes.until(1, 'dead')
    await first.stop({ drainMs: 1_000 })

    // Both are younger than one of the two limits.
    const second = createEngine({ queue, retentionMs: 1 })
    await second.start()
    await expect.poll(() => second.get('key-done')).toBeUndefined()
    expect(await second.get('key-dead')).toMatchObject({ state: 'dead' })
    expect(await second.insert([newEvent('done'), newEvent('dead')])).toEqual(['stored', 'duplicate'])
    await second.stop({ drainMs: 0 })

    const third = createEngine({ queue, deadRetentionMs: 1 })
    await third.start()
    await expect.poll(() => third.get('key-dead')).toBeUndefined()
    expect((await third.stats()).counts).toEqual({ pending: 2, active: 0, done: 0, dead: 0 })
    // Pruned events block no others.
    const rest = await consume(third, async () => {}, { order: 'strict' })
    await rest.until(2, 'handled')
  })

  it('keeps text that PostgreSQL cannot hold', async () => {
    const engine = createEngine()
    await engine.start()
    const odd = newEvent('odd', { key: 'k\0\uD800', id: 'i\0\uDFFF', type: 't\0', orderKey: 'o\0\uD800'.repeat(2_000) })
    const other = newEvent('other', { key: 'k\0\uD801' })
    expect(await engine.insert([odd, other, newEvent(1)])).toEqual(['stored', 'stored', 'stored'])
    expect(await engine.insert([odd])).toEqual(['duplicate'])
    expect(await engine.get(odd.key)).toMatchObject({
      key: odd.key,
      id: odd.id,
      type: odd.type,
      orderKey: odd.orderKey,
    })
    expect((await engine.list({ search: 'i\0' })).events.map(({ key }) => key)).toEqual([odd.key])
    const outcomes = await consume(engine, async ({ key }) => {
      if (key === odd.key) throw new Error('\0\uD800')
    })
    await outcomes.until(1, 'dead')
    expect(await engine.get(odd.key)).toMatchObject({ state: 'dead', error: 'Error: \uFFFD\uFFFD' })
  })
})
