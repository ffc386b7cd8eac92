import { createHash } from 'node:crypto'

/** Most lapsed events that one step deletes, and most rows that one step looks at. */
export const stepRows = 1_000
/** So many rows are counted; of more, PostgreSQL's own statistics are asked. */
export const countedRows = 10_000

const after = (parameter: string): string => `now() + ${parameter}::float8 * interval '1 millisecond'`

/**
 * What makes the table. `claim_id` is null once the event was handled. `expires_at` is when the row may be deleted: the end of the
 * claim's lease, or of the event's retention. Until `needed_until` a replay of the event could pass the check of its time.
 */
export const createTableSql = (schema: string): string => `
CREATE SCHEMA IF NOT EXISTS ${schema};
CREATE TABLE IF NOT EXISTS ${schema}.replay_guard (
  id bytea PRIMARY KEY,
  claim_id text,
  expires_at timestamptz NOT NULL,
  needed_until timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS replay_guard_expires_at ON ${schema}.replay_guard (expires_at);
CREATE INDEX IF NOT EXISTS replay_guard_needed_until ON ${schema}.replay_guard (needed_until);
`

/** The statements over the table of one schema. Each is a transaction of its own, so that any pooler can be between. */
export function createSql(schema: string) {
  const table = `${schema}.replay_guard`
  return {
    find: `SELECT to_regclass('${table}') IS NOT NULL AS found`,
    /** Processes that start together wait for the first one. */
    create: `
      BEGIN;
      SET LOCAL client_min_messages = warning;
      SELECT pg_advisory_xact_lock(${toLock(schema)});
      ${createTableSql(schema)}
      COMMIT`,

    /** $1 id, $2 claim, $3 lease, $4 minimum. No row: somebody has the event. */
    claim: `
      INSERT INTO ${table} AS held (id, claim_id, expires_at, needed_until)
      VALUES ($1::bytea, $2::text, ${after('$3')}, ${after('$4')})
      ON CONFLICT (id) DO UPDATE
        SET claim_id = excluded.claim_id, expires_at = excluded.expires_at, needed_until = excluded.needed_until
        WHERE held.expires_at <= now() OR held.claim_id = excluded.claim_id
      RETURNING 1`,

    /** The same without a new row, for a table that is full. */
    claimKnown: `
      UPDATE ${table} SET claim_id = $2::text, expires_at = ${after('$3')}, needed_until = ${after('$4')}
      WHERE id = $1::bytea AND (expires_at <= now() OR claim_id = $2::text)
      RETURNING 1`,

    /** What is known of an event that was not claimed. */
    look: `SELECT claim_id IS NULL AS done FROM ${table} WHERE id = $1::bytea AND expires_at > now()`,

    /** $1 id, $2 claim, $3 retention. No row: the claim is over. */
    commit: `
      UPDATE ${table} SET claim_id = NULL, expires_at = ${after('$3')}
      WHERE id = $1::bytea AND claim_id = $2::text
      RETURNING 1`,

    /** $1 id, $2 retention, $3 minimum. The event was handled, and nobody else has claimed it. */
    commitLate: `
      INSERT INTO ${table} AS held (id, claim_id, expires_at, needed_until)
      VALUES ($1::bytea, NULL, ${after('$2')}, ${after('$3')})
      ON CONFLICT (id) DO UPDATE SET claim_id = NULL, expires_at = excluded.expires_at WHERE held.expires_at <= now()`,

    release: `DELETE FROM ${table} WHERE id = $1::bytea AND claim_id = $2::text`,

    /** $1 ids, $2 claims, $3 lease. */
    renew: `
      UPDATE ${table} held SET expires_at = ${after('$3')}
      FROM unnest($1::bytea[], $2::text[]) given (id, claim_id)
      WHERE held.id = given.id AND held.claim_id = given.claim_id`,

    deleteExpired: `
      DELETE FROM ${table} WHERE id IN (
        SELECT id FROM ${table} WHERE expires_at <= now() ORDER BY expires_at LIMIT ${stepRows} FOR UPDATE SKIP LOCKED)`,

    /** $1: how many. The oldest that no replay needs; not those whose handlers are at work. */
    deleteOldest: `
      DELETE FROM ${table} WHERE id IN (
        SELECT id FROM ${table} WHERE needed_until <= now() AND claim_id IS NULL
        ORDER BY needed_until LIMIT $1::int FOR UPDATE SKIP LOCKED)`,

    count: `
      SELECT CASE WHEN counted < ${countedRows} THEN counted
        ELSE greatest(counted, pg_stat_get_live_tuples('${table}'::regclass)) END::float8 AS held
      FROM (SELECT count(*) AS counted FROM (SELECT FROM ${table} LIMIT ${countedRows}) first) result`,
  }
}

function toLock(schema: string): string {
  const digest = createHash('sha256').update(`sallyport.replay_guard.create:${schema}`).digest()
  return String(digest.readBigInt64BE())
}
