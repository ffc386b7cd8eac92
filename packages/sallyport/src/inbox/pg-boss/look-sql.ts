import { activeJobs } from './select.ts'
import { stages } from './state-schema.ts'

/** Failing events that `failures` groups: the latest. */
export const mostFailing = 10_000

/** Providers and types of `names`. */
export const mostNames = 1_000

/** Statements that count; `$1` is the queue. */
export function createLookSql(schema: string) {
  const active = `active AS MATERIALIZED (
      SELECT state.seq, state.failure FROM ${schema}.job job
        JOIN ${schema}.inbox_event event ON event.queue = job.name AND event.id = job.id
        JOIN ${schema}.inbox_state state ON state.queue = event.queue AND state.seq = event.seq
      WHERE ${activeJobs})`
  const isActive = 'EXISTS (SELECT 1 FROM active WHERE active.seq = state.seq)'
  const milliseconds = (time: string): string => `floor(extract(epoch FROM ${time}) * 1000)::float8`
  const firstName = (where: string): string => `(
      SELECT stage, provider, type FROM ${schema}.inbox_state WHERE queue = $1 AND stage >= 0 ${where}
      ORDER BY stage, provider, type LIMIT 1)`

  return {
    /** Sums of what each transaction changed, so exact at any moment. */
    stats: `
      WITH ${active}, running AS (
        SELECT count(*) AS count, count(failure) AS failing FROM active
      ), kept AS (
        SELECT coalesce(sum(open), 0) AS open, coalesce(sum(done), 0) AS done, coalesce(sum(dead), 0) AS dead,
          coalesce(sum(failing), 0) AS failing
        FROM ${schema}.inbox_count WHERE queue = $1
      )
      SELECT (kept.open - running.count)::float8 AS pending, running.count::float8 AS active, kept.done::float8 AS done,
        kept.dead::float8 AS dead, (kept.failing - running.failing)::float8 AS retrying, (
          SELECT (extract(epoch FROM now() - state.stored_at) * 1000)::float8 FROM ${schema}.inbox_state state
          WHERE state.queue = $1 AND state.stage = ${stages.open} AND NOT ${isActive}
          ORDER BY state.stored_at, state.seq LIMIT 1) AS oldest
      FROM kept, running`,

    count: (candidates: string, isWaiting: boolean): string => `
      WITH ${active} SELECT count(*)::float8 AS count FROM (${candidates}) state
      ${isWaiting ? `WHERE NOT ${isActive}` : ''}`,

    /** $2: a provider or null, $3: since or null. */
    failures: `
      WITH ${active}, latest AS MATERIALIZED (
        SELECT one.* FROM unnest(ARRAY[${stages.open}, ${stages.dead}]::smallint[]) stage (stage) CROSS JOIN LATERAL (
          SELECT state.* FROM ${schema}.inbox_state state
          WHERE state.queue = $1 AND state.stage = stage.stage AND state.failure IS NOT NULL
            AND state.stored_at >= to_timestamp(coalesce($3::float8, 0) / 1000)
          ORDER BY state.stored_at DESC, state.seq DESC LIMIT ${mostFailing + 1}) one
        ORDER BY one.stored_at DESC, one.seq DESC LIMIT ${mostFailing + 1}
      ), grouped AS (
        SELECT failure, provider, type, count(*) FILTER (WHERE stage = ${stages.dead})::float8 AS dead,
          count(*) FILTER (WHERE stage = ${stages.open})::float8 AS retrying, ${milliseconds('min(stored_at)')} AS first_at,
          ${milliseconds('max(stored_at)')} AS last_at, (array_agg(seq ORDER BY stored_at DESC, seq DESC))[1] AS seq
        FROM latest state WHERE ($2::text IS NULL OR provider = $2) AND NOT ${isActive}
        GROUP BY failure, provider, type
      )
      SELECT grouped.*, event.envelope, (SELECT count(*) FROM latest)::float8 AS looked
      FROM grouped JOIN ${schema}.inbox_event event ON event.queue = $1 AND event.seq = grouped.seq
      ORDER BY grouped.dead + grouped.retrying DESC LIMIT $4`,

    /** From one to the next through the index. */
    names: `
      WITH RECURSIVE name AS (
        ${firstName('')} UNION ALL SELECT next.* FROM name CROSS JOIN LATERAL
        ${firstName('AND (stage, provider, type) > (name.stage, name.provider, name.type)')} next
      )
      SELECT provider, type FROM (SELECT * FROM name LIMIT ${3 * mostNames}) found GROUP BY provider, type`,

    minutes: `
      SELECT minute::float8 AS minute, provider, outcome, count::float8 AS count, durations::float8[] AS durations
      FROM ${schema}.inbox_minute WHERE queue = $1 AND minute >= $2::float8::bigint AND minute < $3::float8::bigint
      ORDER BY minute, provider, outcome`,
  }
}

/** Statements that keep what is counted; `$1` is the queue. */
export function createCountSql(schema: string) {
  return {
    /** $2: counts as JSON. In one order, so that two processes cannot wait for each other. */
    addMinutes: `
      INSERT INTO ${schema}.inbox_minute AS minute (queue, minute, provider, outcome, count, durations)
      SELECT $1, minute, provider, outcome, count, durations
      FROM json_to_recordset($2::text::json) input (minute bigint, provider text, outcome text, count bigint, durations bigint[])
      ORDER BY minute, provider, outcome
      ON CONFLICT (queue, minute, provider, outcome) DO UPDATE SET count = minute.count + excluded.count,
        durations = CASE WHEN minute.durations IS NULL THEN excluded.durations
          WHEN excluded.durations IS NULL THEN minute.durations
          ELSE ARRAY(
            SELECT one + other FROM unnest(minute.durations, excluded.durations) WITH ORDINALITY each (one, other, place)
            ORDER BY place) END`,

    forgetMinutes: `
      DELETE FROM ${schema}.inbox_minute WHERE queue = $1
        AND minute < (extract(epoch FROM now()) * 1000 - $2::float8)::bigint`,

    /** Puts the rows of many transactions together; the sums stay. */
    foldCounts: `
      WITH folded AS (
        DELETE FROM ${schema}.inbox_count WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM ${schema}.inbox_count WHERE queue = $1 LIMIT 10000 FOR UPDATE SKIP LOCKED))
        RETURNING open, done, dead, failing
      )
      INSERT INTO ${schema}.inbox_count (queue, open, done, dead, failing)
      SELECT $1, sum(open), sum(done), sum(dead), sum(failing) FROM folded HAVING count(*) > 0`,
  }
}
