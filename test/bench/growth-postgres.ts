import { createPgBossEngine } from 'sallyport/inbox/pg-boss'
import { Pool } from 'pg'
import { administer, databaseUrl, hasDatabase, ownName } from '../support/inbox/pg-boss-database.ts'
import { body, envelope, failures, kinds, mix } from './growth-events.ts'
import type { GrowthStore } from './growth-stores.ts'

const atOnce = 250_000
const queue = 'bench'

/** Why there is no PostgreSQL to measure. */
export const missingPostgres = async (): Promise<string | undefined> =>
  (await hasDatabase()) ? undefined : 'no PostgreSQL at DATABASE_URL, or where it is by default'

/** A schema with many events, written without the engine. */
export async function openPostgresGrowth(_folder: string, events: number): Promise<GrowthStore> {
  const schema = ownName('growth')
  const options = { connectionString: databaseUrl, schema, queue }
  let engine = createPgBossEngine(options)
  const remove = async (): Promise<void> => {
    await engine.stop({ drainMs: 0 })
    await administer(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
  }
  const reopen = async (retentionMs?: number): Promise<void> => {
    await engine.stop({ drainMs: 0 })
    engine = createPgBossEngine({ ...options, retentionMs })
    await engine.start()
  }
  await engine.start()
  if (events > 0) {
    // It made the tables.
    await engine.stop({ drainMs: 0 })
    await fill(schema, events)
    await engine.start()
  }
  return {
    get engine() {
      return engine
    },
    reopen,
    remove,
  }
}

async function fill(schema: string, events: number): Promise<void> {
  const pool = new Pool({ connectionString: databaseUrl, max: 1 })
  const run = async (text: string, values?: unknown[]): Promise<Record<string, string>[]> =>
    (await pool.query(text, values)).rows as Record<string, string>[]
  await run(`SET search_path = ${schema}; SET synchronous_commit = off; SET maintenance_work_mem = '1GB'`)
  const [{ table = '' } = {}] = await run('SELECT table_name AS table FROM queue WHERE name = $1', [queue])
  const tables = ['inbox_event', 'inbox_state', table]
  // Indexes are built at the end where they may be left out meanwhile: those of the job table belong to pg-boss.
  const indexes = await run(
    `SELECT indexname AS name, indexdef AS made FROM pg_indexes
     WHERE schemaname = $1 AND tablename IN ('inbox_event', 'inbox_state') AND indexname NOT LIKE '%_pkey'`,
    [schema],
  )
  for (const name of tables) await run(`ALTER TABLE ${name} DISABLE TRIGGER USER`)
  for (const { name } of indexes) await run(`DROP INDEX ${name}`)
  await run('ALTER TABLE inbox_event DROP CONSTRAINT inbox_event_pkey')
  await run('ALTER TABLE inbox_state DROP CONSTRAINT inbox_state_pkey')
  await run(idOfKey)
  await run('CREATE TEMP TABLE kinds AS SELECT * FROM json_to_recordset($1) kinds (n int, provider text, type text)', [
    JSON.stringify(kinds.map((kind, n) => ({ ...kind, n }))),
  ])
  await run('CREATE TEMP TABLE failures AS SELECT * FROM json_to_recordset($1) failures (n int, failure text)', [
    JSON.stringify(failures.map((failure, n) => ({ failure, n }))),
  ])
  for (let from = 0; from < events; from += atOnce) {
    await run(insertEvents(table, from, Math.min(events, from + atOnce), events))
  }
  await run(`SELECT setval('inbox_event_seq_seq', ${events})`)
  await run('ALTER TABLE inbox_event ADD PRIMARY KEY (queue, id)')
  await run('ALTER TABLE inbox_state ADD PRIMARY KEY (queue, seq)')
  for (const { made = '' } of indexes) await run(made)
  await run(`
    INSERT INTO inbox_count SELECT '${queue}', count(*) FILTER (WHERE stage = 0), count(*) FILTER (WHERE stage = 1),
      count(*) FILTER (WHERE stage = 2), count(*) FILTER (WHERE stage = 0 AND failure IS NOT NULL) FROM inbox_state`)
  for (const name of tables) {
    await run(`ALTER TABLE ${name} ENABLE TRIGGER USER`)
    await run(`VACUUM ANALYZE ${name}`)
  }
  await run('CHECKPOINT')
  await pool.end()
}

// As the engine makes it of a key: a version 8 UUID from its SHA-256.
const idOfKey = `
  CREATE FUNCTION pg_temp.id_of(key text) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT overlay(overlay(hex PLACING '8' FROM 13) PLACING
      substr('89ab89ab89ab89ab', ('x' || substr(hex, 17, 1))::bit(4)::int + 1, 1) FROM 17)::uuid
    FROM (SELECT left(encode(sha256(convert_to('"' || key || '"', 'UTF8')), 'hex'), 32) AS hex) digest $$`

/** Events with numbers above `from` and up to `to`, of `events` in all. */
function insertEvents(table: string, from: number, to: number, events: number): string {
  return `
    WITH numbered AS (
      SELECT n, now() - (${events} - n) * ${mix.withinMs / events} * interval '1 millisecond' AS stored_at,
        md5(n::text || '${table}') AS text,
        CASE WHEN n % 100 >= ${mix.pending} THEN 0 WHEN n % 100 >= ${mix.dead} THEN 2 ELSE 1 END AS stage,
        n % 100 >= ${mix.dead} AND n % 100 <> ${mix.pending} AS is_failing,
        CASE WHEN n % ${mix.orderKeys.oneIn} = 0 THEN 'customer-' || n % ${mix.orderKeys.count} END AS order_key
      FROM generate_series(${from + 1}, ${to}) n
    ), made AS MATERIALIZED (
      SELECT numbered.*, pg_temp.id_of(provider || ':evt_' || text) AS id, provider, type,
        CASE WHEN numbered.n % ${mix.tenants.oneIn} = 0 THEN 'tenant-' || numbered.n % ${mix.tenants.count} END AS tenant,
        pg_temp.id_of(order_key) AS order_id, CASE WHEN is_failing THEN failure END AS failure
      FROM numbered JOIN kinds ON kinds.n = (numbered.n::bigint * 7919) % ${kinds.length}
        JOIN failures ON failures.n = (numbered.n::bigint * 31) % ${failures.length}
      ORDER BY numbered.n
    ), stored AS (
      INSERT INTO inbox_event (queue, id, seq, stored_at, provider, type, event_id, tenant, order_id, envelope, body)
      SELECT '${queue}', id, n, stored_at, provider, type, 'evt_' || text, tenant, order_id,
        jsonb_strip_nulls(json_build_object('key', provider || ':evt_' || text, 'provider', provider, 'type', type, 'id', 'evt_' || text,
          'tenant', tenant, 'orderKey', order_key, 'receivedAt', floor(extract(epoch FROM stored_at) * 1000))::jsonb
          || '${JSON.stringify(envelope)}'::jsonb)::text, convert_to('${body}', 'UTF8')
      FROM made
    ), listed AS (
      INSERT INTO inbox_state (queue, seq, stored_at, stage, provider, type, tenant, order_id, failure)
      SELECT '${queue}', n, stored_at, stage, provider, type, tenant, order_id, failure FROM made
    )
    INSERT INTO ${table} (id, name, data, state, retry_limit, retry_count, expire_seconds, deletion_seconds, group_id,
      start_after, created_on, started_on, completed_on, keep_until, policy, output)
    SELECT id, '${queue}', json_build_object('provider', provider, 'type', type)::jsonb,
      (CASE WHEN stage = 1 THEN 'completed' WHEN stage = 2 THEN 'failed' WHEN is_failing THEN 'retry' ELSE 'created' END)::job_state,
      2147483647, 0, 86400, 0, provider, stored_at + CASE WHEN stage = 0 THEN ${mix.dueAfterMs} ELSE 0 END * interval '1 millisecond',
      stored_at, CASE WHEN stage > 0 OR is_failing THEN stored_at END,
      CASE WHEN stage > 0 THEN stored_at + interval '20 milliseconds' END, stored_at + interval '60 years', 'standard',
      CASE WHEN is_failing THEN json_build_object('message', replace(failure, '…', n::text))::jsonb
        WHEN stage = 1 THEN '{"worker":"host:1"}' END
    FROM made`
}
