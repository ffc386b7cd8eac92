import { RejectError } from 'sallyport'
import { toRetryPolicy, type Engine, type OrderMode } from 'sallyport/inbox'
import { Pool } from 'pg'
import { expect, it } from 'vitest'
import { consume, newEvent, type Outcomes } from '../../packages/contracts/src/engine/test-store.ts'
import { administer, databaseUrl } from '../support/inbox/pg-boss-database.ts'
import { describeSuite } from '../support/inbox/pg-boss-suite.ts'

describeSuite('tables changed by hand', ({ createEngine, createQueue, schema }) => {
  for (const kind of ['own connections', 'a pool of the user']) {
    it(`handle an event with one row deleted, over ${kind}`, async () => {
      const queue = createQueue()
      const pool = kind === 'a pool of the user' ? new Pool({ connectionString: databaseUrl, max: 4 }) : undefined
      const engine = createEngine({ queue, leaseMs: 3_000, ...(pool && { db: pool }) })
      await engine.start()
      const batch = [1, 2, 3, 4].map((n) => newEvent(n, { orderKey: 'a' }))
      await engine.insert(batch)
      const [first, second] = await Promise.all([idOf(queue, 'id-1'), idOf(queue, 'id-2')])
      await administer(
        `DELETE FROM ${schema}.job WHERE id = '${first}'`,
        `DELETE FROM ${schema}.inbox_event WHERE id = '${second}'`,
      )
      // An event exists if its job does.
      expect(await engine.insert([...batch, newEvent(5)])).toEqual([
        'stored',
        'duplicate',
        'duplicate',
        'duplicate',
        'stored',
      ])
      expect(await engine.get('key-1')).toMatchObject({ state: 'pending' })
      expect(await engine.get('key-2')).toBeUndefined()
      await administer(`DELETE FROM ${schema}.job WHERE id = '${second}'`)
      const outcomes = await consume(engine, async () => {}, { order: 'strict' })
      const handled = await outcomes.until(4, 'handled')
      expect(handled.map(({ event }) => event.key).toSorted()).toEqual(['key-1', 'key-3', 'key-4', 'key-5'])
      await engine.stop({ drainMs: 1_000 })
      await pool?.end()
    })
  }

  async function idOf(queue: string, eventId: string): Promise<string> {
    const pool = new Pool({ connectionString: databaseUrl, max: 1 })
    const { rows } = await pool.query<{ id: string }>(
      `SELECT id FROM ${schema}.inbox_event WHERE queue = $1 AND event_id = $2`,
      [queue, eventId],
    )
    await pool.end()
    return rows[0]!.id
  }

  it('are not held up by many jobs that are no events', async () => {
    const queue = createQueue()
    const engine = createEngine({ queue })
    await engine.start()
    await administer(`INSERT INTO ${schema}.job (name, data) SELECT '${queue}', '{}' FROM generate_series(1, 30)`)
    await engine.insert([newEvent(1)])
    let claims = 0
    let claimsBefore: number | undefined
    const outcomes = await consume(engine, async () => void (claimsBefore ??= claims), {
      concurrency: 1,
      providers() {
        claims++
        return ['test']
      },
    })
    await outcomes.until(1, 'handled')
    expect(claimsBefore).toBeLessThanOrEqual(5)
  })

  it('forget the events of a queue that was deleted', async () => {
    const queue = createQueue()
    const earlier = createEngine({ queue })
    await earlier.start()
    await earlier.insert([newEvent(1), newEvent(2)])
    await earlier.stop({ drainMs: 0 })
    await administer(`SELECT ${schema}.delete_queue('${queue}')`)
    const engine = createEngine({ queue })
    await engine.start()
    expect((await engine.stats()).counts.pending).toBe(0)
    expect(await engine.list()).toMatchObject({ events: [] })
    expect(await engine.insert([newEvent(1)])).toEqual(['stored'])
    expect((await engine.stats()).counts.pending).toBe(1)
  })

  it('are emptied by pg-boss itself', async () => {
    const engine = createEngine({ queue: createQueue() })
    await engine.start()
    await engine.insert([newEvent(1), newEvent(2)])
    const queue = engine.name.split('.').at(-1)!
    const pool = new Pool({ connectionString: databaseUrl, max: 1 })
    const { rows } = await pool.query<{ name: string }>(
      `SELECT table_name AS name FROM ${schema}.queue WHERE name = $1`,
      [queue],
    )
    await pool.end()
    await administer(`TRUNCATE ${schema}.${rows[0]!.name}`)
    expect((await engine.stats()).counts.pending).toBe(0)
    expect(await engine.insert([newEvent(1)])).toEqual(['stored'])
    expect((await engine.stats()).counts.pending).toBe(1)
  })

  it('are not blocked by a job that is no event', async () => {
    const queue = createQueue()
    const engine = createEngine({ queue })
    await engine.start()
    await administer(`INSERT INTO ${schema}.job (name, data) VALUES ('${queue}', '{}')`)
    await engine.insert([newEvent(1)])
    const outcomes = await consume(engine, async () => {}, { concurrency: 1 })
    await outcomes.until(1, 'handled')
    await expect
      .poll(async () => (await engine.stats()).counts)
      .toMatchObject({ pending: 0, active: 0, done: 1, dead: 0 })
  })

  it('block behind dead events only in strict order', async () => {
    const queue = createQueue()
    const handled = async (order: OrderMode, count: number): Promise<string[]> => {
      const engine: Engine = createEngine({ queue })
      await engine.start()
      const outcomes: Outcomes = await consume(
        engine,
        async ({ key }) => {
          if (key === 'key-dead') throw new RejectError('no')
        },
        { order, retry: toRetryPolicy({ attempts: 1 }) },
      )
      const seen = await outcomes.until(count, 'handled')
      await engine.stop({ drainMs: 1_000 })
      return seen.map(({ event }) => event.key)
    }
    const sender = createEngine({ queue })
    await sender.start()
    await sender.insert([newEvent('dead', { orderKey: 'a' }), newEvent('a1', { orderKey: 'a' })])
    expect(await handled('serial', 1)).toEqual(['key-a1'])
    await sender.insert([newEvent('a2', { orderKey: 'a' }), newEvent('b1', { orderKey: 'b' })])
    expect(await handled('strict', 1)).toEqual(['key-b1'])
    expect(await sender.get('key-a2')).toMatchObject({ state: 'pending' })
    expect(await handled('serial', 1)).toEqual(['key-a2'])
  })
})
