import { addStates } from './state-schema.ts'

/**
 * Tables next to those of pg-boss, version by version. The job row has an event's progress: state, attempts, due time, error.
 * `inbox_event` is the event itself and never changes; `inbox_line` has the ordered events, from storing until no other event
 * has to wait for them. `inbox_history` has what the job does not tell: attempts that failed, each as JSON, and duplicates.
 * `inbox_worker` has each process with the jobs it runs, so that a lost attempt has a name. What lists are made of is in
 * `inbox_state`, `inbox_count` and `inbox_minute`.
 *
 * Columns of `inbox_event` are for finding events and may differ from what was received, where PostgreSQL cannot hold it;
 * `envelope` and `body` are exact.
 */
export const migrations: readonly ((schema: string) => string)[] = [
  (schema) => `
  CREATE TABLE ${schema}.inbox_event (
    queue text NOT NULL,
    id uuid NOT NULL,
    seq bigserial NOT NULL,
    stored_at timestamptz NOT NULL DEFAULT now(),
    provider text NOT NULL,
    type text NOT NULL,
    event_id text NOT NULL,
    order_id uuid,
    envelope text NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (queue, id)
  );
  CREATE UNIQUE INDEX inbox_event_seq ON ${schema}.inbox_event (queue, seq);

  CREATE TABLE ${schema}.inbox_line (
    queue text NOT NULL,
    order_id uuid NOT NULL,
    seq bigint NOT NULL,
    id uuid NOT NULL,
    released boolean NOT NULL DEFAULT false,
    PRIMARY KEY (queue, order_id, seq)
  );
  CREATE UNIQUE INDEX inbox_line_id ON ${schema}.inbox_line (queue, id);
  CREATE INDEX inbox_line_waiting ON ${schema}.inbox_line (queue, seq) WHERE NOT released;
  CREATE INDEX inbox_line_released ON ${schema}.inbox_line (queue, order_id) WHERE released;
  `,
  (schema) => `
  CREATE TABLE ${schema}.inbox_history (
    queue text NOT NULL,
    id uuid NOT NULL,
    attempts text[] NOT NULL DEFAULT '{}',
    duplicates bigint NOT NULL DEFAULT 0,
    latest text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (queue, id)
  );

  CREATE TABLE ${schema}.inbox_worker (
    queue text NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    jobs uuid[] NOT NULL,
    retry_counts int[] NOT NULL,
    claimed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (queue, id)
  ) WITH (fillfactor = 50);
  `,
  addStates,
]

/** What brings the tables forward, in one transaction; other processes that start wait for the lock. */
export const createMigrationSql = (schema: string) => ({
  lock: `SELECT pg_advisory_xact_lock(hashtextextended('sallyport.inbox.migrate:${schema}', 0))`,
  /** A large store takes minutes. */
  waitLong: `SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0; SET LOCAL maintenance_work_mem = '256MB'`,
  createVersion: `CREATE TABLE IF NOT EXISTS ${schema}.inbox_version (version int NOT NULL)`,
  readVersion: `SELECT coalesce(max(version), 0) AS version FROM ${schema}.inbox_version`,
  addVersion: `INSERT INTO ${schema}.inbox_version (version) VALUES ($1)`,
  follow: `SELECT ${schema}.inbox_follow($1::regclass)`,
})

/** What tells that a queue is an inbox; the second statement only where the first says yes. */
export const createPresenceSql = (schema: string) => ({
  findTables: `SELECT to_regclass('${schema}.inbox_event') IS NOT NULL AND to_regclass('${schema}.queue') IS NOT NULL AS found`,
  findQueue: `SELECT 1 FROM ${schema}.queue WHERE name = $1`,
})

/** Settings that decide what a commit survives, and tables that would not survive a crash at all. */
export const createSettingsSql = (schema: string) => ({
  readSettings: `
    SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
           current_setting('synchronous_commit') AS synchronous_commit,
           current_setting('server_version_num')::int AS version, current_setting('server_version') AS version_name`,
  findUnlogged: `
    SELECT relname AS name FROM pg_class
    WHERE relnamespace = '${schema}'::regnamespace AND relkind IN ('r', 'p') AND relpersistence <> 'p'
      AND (relname IN ('inbox_event', 'inbox_line', 'inbox_history', 'inbox_state', 'job') OR relname = $1)`,
})
