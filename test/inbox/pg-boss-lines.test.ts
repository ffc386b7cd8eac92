import { Client } from 'pg'
import { expect, it } from 'vitest'
import { newEvent } from '../../packages/contracts/src/engine/test-store.ts'
import { createSql } from '../../packages/sallyport/src/inbox/pg-boss/sql.ts'
import { administer, databaseUrl } from '../support/inbox/pg-boss-database.ts'
import { describeSuite } from '../support/inbox/pg-boss-suite.ts'

/** A step of what `EXPLAIN` says, with the steps it takes its rows from. */
interface Step {
  readonly 'Relation Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly Step[]
}

/** Rows of the lines that were read. */
function countRead(step: Step): number {
  const rows = (step['Actual Rows'] + (step['Rows Removed by Filter'] ?? 0)) * step['Actual Loops']
  const own = step['Relation Name'] === 'inbox_line' ? rows : 0
  return (step.Plans ?? []).reduce((sum, each) => sum + countRead(each), own)
}

describeSuite('a line in which thousands wait', ({ createEngine, createQueue, schema }) => {
  it('is not read to find the first of each line', async () => {
    const queue = createQueue()
    const engine = createEngine({ queue })
    await engine.start()
    await engine.insert(Array.from({ length: 4_000 }, (_, n) => newEvent(n, { orderKey: 'long' })))
    await engine.insert(['a', 'b', 'c'].map((key) => newEvent(key, { orderKey: key })))
    await administer(`ANALYZE ${schema}.inbox_line`, `ANALYZE ${schema}.job`)

    const { releaseOldest, releaseAny } = createSql(schema)
    const client = new Client({ connectionString: databaseUrl })
    await client.connect()
    try {
      const released: number[] = []
      for (const text of [releaseOldest, releaseAny]) {
        const { rows } = await client.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, [queue, 10, []])
        const [{ Plan: plan }] = rows[0]!['QUERY PLAN'] as [{ Plan: Step }]
        expect(countRead(plan), JSON.stringify(plan)).toBeLessThan(1_000)
        released.push(plan['Actual Rows'])
      }
      expect(released).toEqual([1, 3])
    } finally {
      await client.end()
    }
  })
})
