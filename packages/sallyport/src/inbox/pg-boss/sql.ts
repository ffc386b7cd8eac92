import { createHistorySql } from './history-sql.ts'
import { createInsertSql } from './insert-sql.ts'
import { createCountSql, createLookSql } from './look-sql.ts'
import { createSelect, cursorColumn } from './select.ts'
import { stages } from './state-schema.ts'

/**
 * How transactions of the engine begin. The isolation is set because a default of the role could take a lock after the snapshot
 * it must protect. The timeouts are set so that nothing waits long for a row of another open transaction, or of a frozen
 * process.
 */
export const beginTransaction = `
  BEGIN ISOLATION LEVEL READ COMMITTED;
  SET LOCAL lock_timeout = '1s';
  SET LOCAL idle_in_transaction_session_timeout = '20s'`

/** How looking begins: nothing it does waits, changes anything or takes long, and no estimate makes it read a whole table. */
export const beginLook = `
  BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY;
  SET LOCAL statement_timeout = '5s';
  SET LOCAL lock_timeout = '1s';
  SET LOCAL idle_in_transaction_session_timeout = '20s';
  SET LOCAL work_mem = '32MB';
  SET LOCAL enable_seqscan = off;
  SET LOCAL enable_hashjoin = off;
  SET LOCAL enable_mergejoin = off;
  SET LOCAL jit = off`

/** Every statement over the tables of one schema. Rows of pg-boss are read here; only pg-boss writes them. */
export type Sql = ReturnType<typeof createSql>

export function createSql(schema: string) {
  const history = createHistorySql(schema)
  const eventWithJob = `${schema}.inbox_event event JOIN ${schema}.job job ON job.name = event.queue AND job.id = event.id`
  const error = `coalesce(job.output ->> 'message', job.output -> 'value' ->> 'message')`
  const milliseconds = (time: string): string => `floor(extract(epoch FROM ${time}) * 1000)::float8`
  const progress = `
    event.id, event.seq::text AS seq, job.state::text AS state, CASE WHEN job.started_on IS NULL THEN 0 ELSE job.retry_count + 1 END AS attempts,
    ${milliseconds('job.started_on')} AS begun_at, ${milliseconds('job.completed_on')} AS finished_at`
  const columns = `${progress}, event.envelope, ${error} AS error,
    ${milliseconds('event.stored_at')} AS stored_at, ${milliseconds('job.start_after')} AS due_at`

  // $3: groups whose jobs are left, as in pg-boss's own fetch. Released, they would take the places of others and stay.
  const releaseHeads = (heads: string): string => `
      WITH RECURSIVE head AS (${heads})
      UPDATE ${schema}.inbox_line SET released = true WHERE queue = $1 AND id IN (
        SELECT head.id FROM head JOIN ${schema}.job job ON job.name = $1 AND job.id = head.id
        WHERE job.state < 'active' AND job.start_after <= now()
          AND (job.group_id IS NULL OR job.group_id <> ALL ($3::text[]))
          AND NOT EXISTS (
            SELECT 1 FROM ${schema}.inbox_line other
            WHERE other.queue = $1 AND other.order_id = head.order_id AND other.released)
        ORDER BY head.seq LIMIT $2)
      RETURNING id`

  const noteFailures = (more: string): string => `
    UPDATE ${schema}.inbox_state state SET failure = given.failure${more}
    FROM unnest($2::uuid[], $3::text[]) given (id, failure)
    JOIN ${schema}.inbox_event event ON event.queue = $1 AND event.id = given.id
    WHERE state.queue = event.queue AND state.seq = event.seq`

  return {
    history,
    insert: createInsertSql(schema),
    look: createLookSql(schema),
    keep: createCountSql(schema),
    select: createSelect(schema),

    /** One event, body and history included. */
    readEvent: `
      SELECT ${columns}, state.failure, event.body, ${history.workerOfJob} AS worker, history.attempts AS ended,
        history.latest, history.duplicates::float8 AS duplicates
      FROM ${eventWithJob} LEFT JOIN ${schema}.inbox_state state ON state.queue = event.queue AND state.seq = event.seq
        LEFT JOIN ${schema}.inbox_history history ON history.queue = event.queue AND history.id = event.id
      WHERE event.queue = $1 AND event.id = $2::uuid`,

    /** Events by id, bodies included, after noting which jobs a process runs; `$3` to `$6` as in `noteClaims`. */
    claimEvents: `
      WITH noted AS (${history.noteClaims})
      SELECT ${columns}, event.body FROM ${eventWithJob} WHERE event.queue = $1 AND event.id = ANY ($2::uuid[])`,

    /** Which of these claims are still held, locked until the transaction ends; keeps the attempts that failed, as JSON. */
    lockRuns: `
      WITH held AS (
        SELECT job.id, run.attempt
        FROM ${schema}.job job JOIN unnest($2::uuid[], $3::int[], $4::text[]) run (id, retry_count, attempt) ON run.id = job.id
        WHERE job.name = $1 AND job.state = 'active' AND job.retry_count = run.retry_count
        ORDER BY job.id FOR UPDATE OF job
      ), kept AS (${history.keepAttempts('SELECT id, attempt FROM held WHERE attempt IS NOT NULL')})
      SELECT id FROM held`,

    /** Claims whose process renews no lease. Jobs have a group only so that pg-boss's index of active jobs applies. */
    lockLostRuns: `
      SELECT job.id, job.retry_count, ${milliseconds('job.started_on')} AS begun_at, ${history.workerOfJob} AS worker
      FROM ${schema}.job job
      WHERE job.name = $1 AND job.state = 'active' AND job.group_id IS NOT NULL
        AND job.heartbeat_on < now() - $2::float8 * interval '1 millisecond'
      ORDER BY job.id LIMIT 100 FOR UPDATE OF job SKIP LOCKED`,

    lockOrder: `SELECT pg_advisory_xact_lock(hashtextextended('sallyport.inbox.order:${schema}:' || $1::text, 0))`,

    /**
     * The first events of lines, unless another of their line is released already: those among the oldest that wait. Where
     * there are many lines, these are enough.
     */
    releaseOldest: releaseHeads(`
      SELECT oldest.* FROM (
        SELECT order_id, seq, id FROM ${schema}.inbox_line WHERE queue = $1 AND NOT released ORDER BY seq LIMIT 200) oldest
      WHERE oldest.seq = (
        SELECT first.seq FROM ${schema}.inbox_line first
        WHERE first.queue = $1 AND first.order_id = oldest.order_id ORDER BY first.seq LIMIT 1)`),

    /**
     * Those of every line, from line to line through the index: the events that wait in a line, perhaps for days behind a dead
     * event, are not read.
     */
    releaseAny: releaseHeads(`
      (SELECT order_id, seq, id FROM ${schema}.inbox_line WHERE queue = $1 ORDER BY order_id, seq LIMIT 1)
      UNION ALL
      SELECT next.order_id, next.seq, next.id FROM head CROSS JOIN LATERAL (
        SELECT order_id, seq, id FROM ${schema}.inbox_line
        WHERE queue = $1 AND order_id > head.order_id ORDER BY order_id, seq LIMIT 1) next`),

    leaveLine: `DELETE FROM ${schema}.inbox_line WHERE queue = $1 AND id = ANY ($2::uuid[])`,
    holdLine: `UPDATE ${schema}.inbox_line SET released = false WHERE queue = $1 AND id = ANY ($2::uuid[])`,
    joinLine: `
      INSERT INTO ${schema}.inbox_line (queue, order_id, seq, id)
      SELECT queue, order_id, seq, id FROM ${schema}.inbox_event
      WHERE queue = $1 AND id = ANY ($2::uuid[]) AND order_id IS NOT NULL
      ON CONFLICT (queue, id) DO UPDATE SET released = false`,

    /** Places of jobs that were deleted by hand. */
    leaveGone: `
      DELETE FROM ${schema}.inbox_line line WHERE line.queue = $1
        AND NOT EXISTS (SELECT 1 FROM ${schema}.job job WHERE job.name = $1 AND job.id = line.id)`,

    /** Whether dead events keep their places depends on the order mode, which may have changed. */
    leaveDead: `
      DELETE FROM ${schema}.inbox_line line USING ${schema}.job job
      WHERE line.queue = $1 AND job.name = $1 AND job.id = line.id AND job.state > 'completed'`,
    joinDead: `
      INSERT INTO ${schema}.inbox_line (queue, order_id, seq, id)
      SELECT event.queue, event.order_id, event.seq, event.id FROM ${eventWithJob}
      WHERE event.queue = $1 AND event.order_id IS NOT NULL AND job.state > 'completed'
      ON CONFLICT (queue, id) DO NOTHING`,

    /** Dead events among these. */
    listGiven: `SELECT ${columns} FROM ${eventWithJob} WHERE event.queue = $1 AND event.id = ANY ($2::uuid[]) ORDER BY event.seq`,

    /** Candidates in order, with all of an event where it matches. */
    list: (candidates: string, matches: string): string => `
      SELECT ${cursorColumn} AS cursor, coalesce(${matches}, false) AS matches, state.failure, ${progress},
        CASE WHEN ${matches} THEN event.envelope END AS envelope, ${error} AS error,
        ${milliseconds('event.stored_at')} AS stored_at, ${milliseconds('job.start_after')} AS due_at
      FROM (${candidates}) state
        JOIN ${schema}.inbox_event event ON event.queue = state.queue AND event.seq = state.seq
        LEFT JOIN ${schema}.job job ON job.name = event.queue AND job.id = event.id`,

    newest: `
      SELECT extract(epoch FROM now()) * 1000 AS now, coalesce((
        SELECT seq FROM ${schema}.inbox_event WHERE queue = $1 ORDER BY seq DESC LIMIT 1), 0)::text AS seq`,

    /** Places of candidates. */
    findCandidates: (candidates: string): string =>
      `SELECT state.seq::text AS seq, ${cursorColumn} AS cursor FROM (${candidates}) state`,

    /** Those of some events that match, locked until the transaction ends. */
    lockEvents: (matches: string): string => `
      SELECT ${progress}, event.order_id, event.provider, event.type, job.output ->> 'worker' AS worker
      FROM ${eventWithJob} JOIN ${schema}.inbox_state state ON state.queue = event.queue AND state.seq = event.seq
      WHERE event.queue = $1 AND event.seq = ANY ($2::bigint[]) AND ${matches}
      ORDER BY event.seq FOR UPDATE OF event, job`,

    /** Stage and failure of events that are replayed. */
    reopen: `
      UPDATE ${schema}.inbox_state state SET stage = ${stages.open}, failure = NULL
      FROM ${schema}.inbox_event event
      WHERE event.queue = $1 AND event.id = ANY ($2::uuid[]) AND state.queue = event.queue AND state.seq = event.seq`,

    /** What events failed with. $2: ids, $3: failures. */
    noteFailures: noteFailures(''),

    /** The same of events that are dead from now on: then their jobs have nothing left to change. */
    noteDeaths: noteFailures(`, stage = ${stages.dead}`),

    deleteEvents: `
      WITH history AS (DELETE FROM ${schema}.inbox_history WHERE queue = $1 AND id = ANY ($2::uuid[]))
      DELETE FROM ${schema}.inbox_event WHERE queue = $1 AND id = ANY ($2::uuid[])`,

    /** What was finished long enough ago is among what was stored before that. */
    lockForgettable: `
      SELECT event.id FROM (VALUES (${stages.done}, $2::float8), (${stages.dead}, $3::float8), (${stages.gone}, $2::float8))
        kept (stage, ms) CROSS JOIN LATERAL (
          SELECT state.seq, state.stored_at FROM ${schema}.inbox_state state
          WHERE state.queue = $1 AND state.stage = kept.stage AND state.stored_at < now() - kept.ms * interval '1 millisecond'
            AND NOT EXISTS (
              SELECT 1 FROM ${schema}.inbox_event event JOIN ${schema}.job job ON job.name = event.queue AND job.id = event.id
              WHERE event.queue = $1 AND event.seq = state.seq
                AND (job.state <= 'active' OR job.completed_on >= now() - kept.ms * interval '1 millisecond'))
          ORDER BY state.stored_at, state.seq LIMIT 500) old
        JOIN ${schema}.inbox_event event ON event.queue = $1 AND event.seq = old.seq
      ORDER BY event.seq LIMIT 500 FOR UPDATE OF event SKIP LOCKED`,

    measure: `
      SELECT sum(pg_total_relation_size(name::regclass))::float8 AS bytes
      FROM unnest(ARRAY['${schema}.inbox_event', '${schema}.inbox_line', '${schema}.inbox_history',
        '${schema}.inbox_state', '${schema}.inbox_count', '${schema}.inbox_minute', '${schema}.' || $1::text]) name`,
  }
}
