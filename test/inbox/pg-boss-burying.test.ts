import { Pool } from 'pg'
import { RejectError } from 'sallyport'
import { expect, it } from 'vitest'
import { consume, newEvent } from '../../packages/contracts/src/engine/test-store.ts'
import { databaseUrl } from '../support/inbox/pg-boss-database.ts'
import { describeSuite } from '../support/inbox/pg-boss-suite.ts'

const total = 60

describeSuite('events that die together', ({ createEngine }) => {
  it('are buried in few statements', async () => {
    const pool = new Pool({ connectionString: databaseUrl })
    let fails = 0
    pool.on('connect', (client) => {
      const query = client.query.bind(client) as (...values: unknown[]) => unknown
      client.query = ((...values: unknown[]) => {
        if (String(values[0]).includes('deleted_jobs')) fails++
        return query(...values)
      }) as typeof client.query
    })
    const engine = createEngine({ db: pool })
    try {
      await engine.start()
      await engine.insert(Array.from({ length: total }, (_, n) => newEvent(n)))
      const outcomes = await consume(
        engine,
        async ({ id }) => {
          throw new RejectError(Number(id.slice(3)) % 2 === 0 ? 'no such customer' : 'no such order')
        },
        { concurrency: total },
      )
      await outcomes.until(total)
      const { events } = await engine.list({ state: 'dead', limit: total })
      expect(new Set(events.map(({ error, failure }) => `${error} ${failure}`)).size).toBe(2)
      expect(events).toHaveLength(total)
      expect((await engine.stats()).counts).toEqual({ pending: 0, active: 0, done: 0, dead: total })
      expect(fails).toBeLessThan(total)
    } finally {
      await engine.stop({ drainMs: 0 })
      await pool.end()
    }
  })
})
