import { RejectError } from 'sallyport'
import { toRetryPolicy, type Engine, type EventFilter } from 'sallyport/inbox'
import { expect, it } from 'vitest'
import { consume, newEvent } from '../../packages/contracts/src/engine/test-store.ts'
import { administer } from '../support/inbox/pg-boss-database.ts'
import { describeSuite } from '../support/inbox/pg-boss-suite.ts'
import { toVersion1, toVersion2 } from '../support/inbox/pg-boss-versions.ts'

const hour = 3_600_000

describeSuite('tables of an earlier version', ({ createEngine, createQueue, schema }) => {
  /** One event in each state; the active one belongs to a process that is gone. */
  async function fill(engine: Engine): Promise<void> {
    await engine.start()
    const hang = new Promise<void>(() => {})
    const outcomes = await consume(
      engine,
      async ({ id }) => {
        if (id === 'id-active') await hang
        if (id === 'id-dead') throw new RejectError('no customer cus_1')
        if (id === 'id-retrying') throw new Error('timeout after 12 s')
      },
      { retry: toRetryPolicy({ attempts: 5, delayMs: hour, maxDelayMs: hour, jitter: 0 }), providers: () => ['test'] },
    )
    await engine.insert([
      newEvent('done', { tenant: 'acme' }),
      newEvent('dead', { tenant: 'acme', orderKey: 'a' }),
      newEvent('retrying', { tenant: 'other "tenant":' }),
      newEvent('active'),
      newEvent('pending', { provider: 'other', type: 'other.thing' }),
    ])
    await outcomes.until(3)
    await expect.poll(async () => (await engine.get('key-active'))?.state).toBe('active')
  }

  const keys = async (engine: Engine, filter: EventFilter): Promise<string[]> =>
    (await engine.list(filter)).events.map(({ key }) => key)

  it('get states, counts and failures', async () => {
    const queue = createQueue()
    const earlier = createEngine({ queue, leaseMs: 600_000 })
    await fill(earlier)
    const expected = await earlier.stats()
    await administer(...toVersion2(schema))

    const engine = createEngine({ queue, leaseMs: 600_000 })
    await engine.start()
    expect({ ...(await engine.stats()), bytes: 0, oldestPendingMs: 0 }).toEqual({
      ...expected,
      bytes: 0,
      oldestPendingMs: 0,
    })
    expect((await engine.stats()).counts).toEqual({ pending: 2, active: 1, done: 1, dead: 1 })
    for (const state of ['done', 'dead', 'active'] as const)
      expect(await keys(engine, { state })).toEqual([`key-${state}`])
    expect(await keys(engine, { state: 'pending' })).toEqual(['key-retrying', 'key-pending'])
    expect(await keys(engine, { tenant: 'acme' })).toEqual(['key-done', 'key-dead'])
    expect(await keys(engine, { tenant: 'other "tenant":' })).toEqual(['key-retrying'])
    expect(await keys(engine, { orderKey: 'a' })).toEqual(['key-dead'])
    expect(await keys(engine, { provider: 'other' })).toEqual(['key-pending'])
    const { groups } = await engine.failures()
    expect(Object.fromEntries(groups.map(({ failure, sample }) => [sample, failure]))).toEqual({
      'key-dead': 'RejectError: no customer …',
      'key-retrying': 'Error: timeout after … s',
    })
    expect(await engine.replay({ state: 'dead' })).toBe(1)
    expect(await engine.discard({ state: 'done' })).toBe(1)
    // The earlier process may run the replayed one.
    const { pending, active, done, dead } = (await engine.stats()).counts
    expect([pending + active, done, dead]).toEqual([4, 0, 0])
  })

  it('follow a process of that version that is still running', async () => {
    const queue = createQueue()
    const earlier = createEngine({ queue })
    await earlier.start()
    await administer(...toVersion2(schema))
    const engine = createEngine({ queue })
    await engine.start()
    // What that version writes: without a tenant and without notes.
    await administer(
      `INSERT INTO ${schema}.job (id, name, data, group_id) VALUES ('00000000-0000-8000-8000-000000000001', '${queue}', '{}', 'test')`,
      `INSERT INTO ${schema}.inbox_event (queue, id, provider, type, event_id, envelope, body) VALUES
        ('${queue}', '00000000-0000-8000-8000-000000000001', 'test', 'a.b', 'id-1', '{"key":"key-1","provider":"test","type":"a.b"}', '')`,
    )
    const states = ['active', 'completed', 'failed', 'created'] as const
    const counted = { created: 'pending', active: 'active', completed: 'done', failed: 'dead' } as const
    const none = { pending: 0, active: 0, done: 0, dead: 0 }
    expect((await engine.stats()).counts).toEqual({ ...none, pending: 1 })
    for (const state of states) {
      await administer(`UPDATE ${schema}.job SET state = '${state}', completed_on = now() WHERE name = '${queue}'`)
      expect((await engine.stats()).counts).toEqual({ ...none, [counted[state]]: 1 })
      expect(await keys(engine, { state: counted[state] })).toEqual(['key-1'])
    }
    await administer(`DELETE FROM ${schema}.job WHERE name = '${queue}'`)
    expect((await engine.stats()).counts).toEqual(none)
    expect(await keys(engine, {})).toEqual([])
  })

  it('are migrated from the first version', async () => {
    const queue = createQueue()
    const earlier = createEngine({ queue })
    await earlier.start()
    const outcomes = await consume(earlier, async () => {})
    await earlier.insert([newEvent(1)])
    await outcomes.until(1, 'handled')
    await earlier.stop({ drainMs: 1_000 })
    await administer(
      ...toVersion2(schema),
      ...toVersion1(schema),
      `UPDATE ${schema}.job SET output = NULL WHERE name = '${queue}'`,
    )
    const engine = createEngine({ queue })
    await engine.start()
    const { attempts } = (await engine.get('key-1'))!.history!
    expect(attempts).toMatchObject([{ number: 1, outcome: 'handled' }])
    expect(attempts[0]!.worker).toBeUndefined()
    expect(await engine.insert([newEvent(1)])).toEqual(['duplicate'])
    await expect.poll(async () => (await engine.get('key-1'))!.history!.duplicates.count).toBe(1)
  })

  it('are migrated once by processes that start together', async () => {
    const queue = createQueue()
    const earlier = createEngine({ queue })
    await earlier.start()
    await earlier.insert([newEvent(1)])
    await earlier.stop({ drainMs: 0 })
    await administer(...toVersion2(schema))
    const engines = [1, 2, 3].map(() => createEngine({ queue }))
    await Promise.all(engines.map((engine) => engine.start()))
    for (const engine of engines) expect((await engine.stats()).counts.pending).toBe(1)
  })
})
