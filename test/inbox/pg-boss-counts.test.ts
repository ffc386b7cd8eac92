import { RejectError } from 'sallyport'
import { toRetryPolicy, type Engine } from 'sallyport/inbox'
import { Pool } from 'pg'
import { expect, it } from 'vitest'
import { newEvent } from '../../packages/contracts/src/engine/test-store.ts'
import { databaseUrl } from '../support/inbox/pg-boss-database.ts'
import { describeSuite } from '../support/inbox/pg-boss-suite.ts'
import { createRandom } from '../support/random.ts'

describeSuite('kept counts', ({ createEngine, createQueue, schema }) => {
  /** What is kept and what is there, as one snapshot. */
  const compareSql = `
    SELECT * FROM (
      SELECT sum(open)::int AS open, sum(done)::int AS done, sum(dead)::int AS dead, sum(failing)::int AS failing
      FROM ${schema}.inbox_count WHERE queue = $1) kept, (
      SELECT count(*) FILTER (WHERE job.state <= 'active')::int AS real_open,
        count(*) FILTER (WHERE job.state = 'completed')::int AS real_done,
        count(*) FILTER (WHERE job.state > 'completed')::int AS real_dead,
        count(*) FILTER (WHERE state.failure IS NOT NULL AND job.state <= 'active')::int AS real_failing,
        count(*) FILTER (WHERE state.stage <> CASE WHEN job.state <= 'active' THEN 0 WHEN job.state = 'completed' THEN 1 ELSE 2 END
          OR (job.state = 'completed' AND state.failure IS NOT NULL)
          OR (job.state > 'completed' AND state.failure IS NULL))::int AS wrong
      FROM ${schema}.inbox_event event JOIN ${schema}.job job ON job.name = event.queue AND job.id = event.id
        JOIN ${schema}.inbox_state state ON state.queue = event.queue AND state.seq = event.seq
      WHERE event.queue = $1) counted`

  it('equal the events that are there, at any moment of any mix of changes', async () => {
    const queue = createQueue()
    const engines = [createEngine({ queue }), createEngine({ queue })]
    const pool = new Pool({ connectionString: databaseUrl, max: 1 })
    const over = new AbortController()
    for (const engine of engines) {
      await engine.start()
      await engine.consume(
        async ({ id }, { number }) => {
          const kind = Number(id.slice(3)) % 5
          if (kind === 0) throw new RejectError(`no ${id}`)
          if (kind === 1 && number < 3) throw new Error(`again ${id}`)
        },
        {
          concurrency: 8,
          retry: toRetryPolicy({ attempts: 3, delayMs: 20, maxDelayMs: 20 }),
          order: 'none',
          onOutcome() {},
        },
      )
    }

    let next = 0
    let inserts = 0
    const random = createRandom(Date.now(), 0)
    const change = async (engine: Engine): Promise<void> => {
      while (!over.signal.aborted) {
        const keys = Array.from({ length: 10 }, () => `key-${random.integer(next + 1)}`)
        const choice = random.integer(10)
        if (choice < 6) {
          await engine.insert(
            Array.from({ length: 5 }, () => newEvent(random.oneIn(10) ? random.integer(next + 1) : next++)),
          )
          inserts++
        } else if (choice < 8) await engine.replay({ keys })
        else await engine.discard({ keys })
      }
    }
    const changing = Promise.all(engines.map(change))
    const compare = async (): Promise<void> => {
      const [row] = (await pool.query<Record<string, number>>(compareSql, [queue])).rows
      const { open, done, dead, failing, wrong, ...real } = row!
      expect({ real_open: open, real_done: done, real_dead: dead, real_failing: failing, wrong }).toEqual({
        ...real,
        wrong: 0,
      })
    }
    try {
      // A queue without events has no counts yet.
      await expect.poll(() => inserts).toBeGreaterThan(0)
      for (let times = 0; times < 40; times++) await compare()
    } finally {
      over.abort()
      await changing
      await pool.end()
    }
    const { counts } = await engines[0]!.stats()
    const { counts: others } = await engines[1]!.stats()
    expect(counts.pending + counts.active + counts.done + counts.dead).toBe(
      others.pending + others.active + others.done + others.dead,
    )
  })
})
