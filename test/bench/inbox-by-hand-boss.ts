import { Pool } from 'pg'
import { PgBoss } from 'pg-boss'
import { writeInBatches } from './inbox-batches.ts'
import type { OpenHandled } from './inbox-handled.ts'
import { toData, type Place } from './inbox-stores.ts'

/** A worker of pg-boss, as its documentation shows it, tuned for many small jobs. */
export const openBossByHand: OpenHandled = async (place, queue) => {
  const schema = `${place.schema}_plain`
  const boss = new PgBoss({ connectionString: place.databaseUrl, schema, max: 10, supervise: false, schedule: false })
  boss.on('error', () => {})
  await boss.start()
  await boss.createQueue(queue)
  let worker: string | undefined

  return {
    async accept(event) {
      await boss.send(queue, toData(event))
      // A worker otherwise looks every 500 ms at the most.
      if (worker !== undefined) boss.notifyWorker(worker)
    },
    async fill(count, makeEvent) {
      await writeInBatches(count, makeEvent, (batch) =>
        boss.insert(
          queue,
          batch.map((event) => ({ data: toData(event) })),
        ),
      )
      await analyze(place, schema)
    },
    async work(handle, onDone) {
      const options = { batchSize: 100, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true }
      worker = await boss.work<{ readonly key: string }>(queue, options, async (jobs) => {
        await Promise.all(jobs.map(({ data }) => handle(data.key)))
        // pg-boss completes the batch now: for the last one, that is not measured.
        onDone(jobs.length)
      })
    },
    stop: () => boss.stop({ graceful: true, timeout: 5_000 }),
  }
}

/** Counts the rows of a schema now instead of some time later, in the middle of a measurement. */
export async function analyze({ databaseUrl }: Place, schema: string): Promise<void> {
  const pool = new Pool({ connectionString: databaseUrl, max: 1 })
  try {
    const { rows } = await pool.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = $1`,
      [schema],
    )
    for (const { name } of rows) await pool.query(`VACUUM ANALYZE ${name}`)
  } finally {
    await pool.end()
  }
}
