import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createSqliteEngine } from 'sallyport/inbox'
import { body, envelope, failures, kinds, mix } from './growth-events.ts'
import type { GrowthStore } from './growth-stores.ts'

const atOnce = 250_000

/** A SQLite store with many events, written without the engine. */
export async function openSqliteGrowth(folder: string, events: number): Promise<GrowthStore> {
  const path = join(folder, `${randomUUID()}.db`)
  const options = { path, maxBytes: 32 * 1024 ** 3 }
  // It makes the tables.
  const first = createSqliteEngine(options)
  await first.start()
  await first.stop({ drainMs: 0 })
  fill(path, events)
  let engine = createSqliteEngine(options)
  await engine.start()
  return {
    get engine() {
      return engine
    },
    async reopen(retentionMs) {
      await engine.stop({ drainMs: 0 })
      engine = createSqliteEngine({ ...options, retentionMs })
      await engine.start()
    },
    async remove() {
      await engine.stop({ drainMs: 0 })
      await Promise.all(['', '-wal', '-shm'].map((end) => rm(`${path}${end}`, { force: true })))
    },
  }
}

export function fill(path: string, events: number): void {
  const database = new DatabaseSync(path)
  database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; PRAGMA temp_store = MEMORY')
  database.exec('CREATE TEMP TABLE kinds (n INTEGER PRIMARY KEY, provider TEXT, type TEXT)')
  database.exec('CREATE TEMP TABLE failures (n INTEGER PRIMARY KEY, failure TEXT)')
  kinds.forEach(({ provider, type }, n) =>
    database.prepare('INSERT INTO kinds VALUES (?, ?, ?)').run(n, provider, type),
  )
  failures.forEach((failure, n) => database.prepare('INSERT INTO failures VALUES (?, ?)').run(n, failure))
  const begun = Date.now() - mix.withinMs
  for (let from = 0; from < events; from += atOnce) {
    const to = Math.min(events, from + atOnce)
    database.exec(`
      BEGIN IMMEDIATE;
      WITH RECURSIVE
        numbers (n) AS (SELECT ${from + 1} UNION ALL SELECT n + 1 FROM numbers WHERE n < ${to}),
        made AS MATERIALIZED (
          SELECT n, lower(hex(randomblob(12))) AS id, ${begun} + n * ${mix.withinMs} / ${events} AS stored_at,
            CASE WHEN n % 100 >= ${mix.pending} THEN 0 WHEN n % 100 >= ${mix.dead} THEN 3 ELSE 2 END AS state,
            n % 100 >= ${mix.dead} AND n % 100 <> ${mix.pending} AS is_failing
          FROM numbers)
      INSERT INTO events (seq, key, state, provider, type, id, tenant, order_key, attempts, stored_at, due_at, wait_ms, finished_at,
        error, failure, envelope)
      SELECT made.n, provider || ':evt_' || id, state, provider, type, 'evt_' || id,
        CASE WHEN made.n % ${mix.tenants.oneIn} = 0 THEN 'tenant-' || (made.n % ${mix.tenants.count}) END,
        CASE WHEN made.n % ${mix.orderKeys.oneIn} = 0 THEN 'customer-' || (made.n % ${mix.orderKeys.count}) END,
        1, stored_at, stored_at + ${mix.dueAfterMs}, ${mix.dueAfterMs}, CASE WHEN state > 1 THEN stored_at + 20 END,
        CASE WHEN is_failing THEN replace(failure, '…', made.n) END, CASE WHEN is_failing THEN failure END,
        '${JSON.stringify(envelope)}'
      FROM made
        JOIN kinds ON kinds.n = made.n * 7919 % ${kinds.length}
        JOIN failures ON failures.n = made.n * 31 % ${failures.length};
      INSERT INTO bodies SELECT seq, CAST('${body}' AS BLOB) FROM events WHERE seq > ${from} AND seq <= ${to};
      COMMIT`)
  }
  database.exec(`
    UPDATE kept SET clock = ${begun + mix.withinMs}, pending = (SELECT count(*) FROM events WHERE state = 0),
      active = 0, done = (SELECT count(*) FROM events WHERE state = 2), dead = (SELECT count(*) FROM events WHERE state = 3),
      retrying = (SELECT count(*) FROM events WHERE state = 0 AND failure IS NOT NULL)`)
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
}
