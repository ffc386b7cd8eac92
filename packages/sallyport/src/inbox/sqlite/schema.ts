/**
 * `due_at` of an event that waits for others of its order key: never, until it is called. Otherwise each look for due events
 * would read all that wait, perhaps for days behind a dead event.
 */
export const aside = Number.MAX_SAFE_INTEGER

// An event that ends calls the next of its order key; when claimed, that one may still find an earlier one, and waits again.
const callNext = (ended: 'NEW' | 'OLD', dueAt: string): string => `
  UPDATE events SET due_at = ${dueAt} WHERE due_at = ${aside} AND seq = (
    SELECT min(seq) FROM events WHERE state <> 2 AND order_key IS NOT NULL AND order_key = ${ended}.order_key AND state = 0);`

/**
 * The schema, version by version; a store is migrated one step at a time. `state`: 0 pending, 1 active, 2 done, 3 dead.
 * Bodies have their own table, so that a listing does not read them. `wait_ms` is the wait that `due_at` was set with: an
 * event due later than that from now shows that the clock was set back. `worker` has the process that handles events, `place` the name of
 * the file. `begun_at` and `worker` of an event are about its last attempt; `history` has what its row does not tell.
 * `failure` is what the last attempt failed with, also while the next one runs. `kept` has the counts of events, and when the
 * last one was stored; `clock_steps` the events before which the clock was set back. `minutes` has what happened per minute.
 *
 * Every index ends with `seq`, SQLite's row id. Filters by state, provider and type share one: each new one costs the time of
 * every event that is stored. Migrations may call `failure_shape`, see `migrate`.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    state INTEGER NOT NULL DEFAULT 0,
    provider TEXT NOT NULL,
    type TEXT NOT NULL,
    id TEXT NOT NULL,
    order_key TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    stored_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    wait_ms INTEGER NOT NULL DEFAULT 0,
    finished_at INTEGER,
    error TEXT,
    envelope TEXT NOT NULL
  ) STRICT;
  CREATE TABLE bodies (seq INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
  CREATE INDEX events_due ON events (due_at, seq, stored_at) WHERE state = 0;
  CREATE INDEX events_active ON events (seq) WHERE state = 1;
  CREATE INDEX events_done ON events (finished_at) WHERE state = 2;
  CREATE INDEX events_dead ON events (finished_at) WHERE state = 3;
  CREATE INDEX events_unfinished ON events (order_key, seq) WHERE state <> 2 AND order_key IS NOT NULL;
  `,
  `
  DROP INDEX events_unfinished;
  CREATE INDEX events_line ON events (order_key, state, seq) WHERE state <> 2 AND order_key IS NOT NULL;
  CREATE TRIGGER events_ended AFTER UPDATE OF state ON events WHEN NEW.state > 1 AND NEW.order_key IS NOT NULL
  BEGIN ${callNext('NEW', 'min(stored_at, NEW.finished_at)')} END;
  CREATE TRIGGER events_gone AFTER DELETE ON events WHEN OLD.state <> 2 AND OLD.order_key IS NOT NULL
  BEGIN ${callNext('OLD', 'stored_at')} END;
  `,
  `
  DROP INDEX events_due;
  DROP INDEX events_active;
  CREATE INDEX events_due ON events (provider, due_at, seq, stored_at) WHERE state = 0;
  CREATE INDEX events_state ON events (state, seq);
  CREATE TABLE worker (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    token TEXT NOT NULL,
    lock_id TEXT NOT NULL,
    question TEXT
  ) STRICT;
  CREATE TABLE place (one INTEGER PRIMARY KEY CHECK (one = 1), name TEXT NOT NULL) STRICT;
  `,
  `
  ALTER TABLE events ADD COLUMN begun_at INTEGER;
  ALTER TABLE events ADD COLUMN worker TEXT;
  CREATE TABLE history (
    seq INTEGER PRIMARY KEY,
    attempts TEXT NOT NULL,
    duplicates INTEGER NOT NULL,
    latest TEXT NOT NULL
  ) STRICT;
  CREATE TRIGGER events_forgotten AFTER DELETE ON events BEGIN DELETE FROM history WHERE seq = OLD.seq; END;
  `,
  `
  ALTER TABLE events ADD COLUMN tenant TEXT;
  ALTER TABLE events ADD COLUMN failure TEXT;
  UPDATE events SET
    tenant = CASE json_type(envelope, '$.tenant') WHEN 'text' THEN json_extract(envelope, '$.tenant') END,
    failure = CASE WHEN state <> 2 AND attempts > 0 THEN failure_shape(error) END
  WHERE instr(envelope, '"tenant":') > 0 OR (state <> 2 AND attempts > 0 AND error IS NOT NULL);
  DROP INDEX events_state;
  DROP INDEX events_line;
  CREATE INDEX events_kind ON events (state, provider, type);
  CREATE INDEX events_line ON events (order_key, state) WHERE order_key IS NOT NULL;
  CREATE INDEX events_tenant ON events (tenant) WHERE tenant IS NOT NULL;
  CREATE INDEX events_failure ON events (failure, provider, type, state) WHERE failure IS NOT NULL;
  CREATE INDEX events_failing ON events (state) WHERE failure IS NOT NULL;
  CREATE TABLE kept (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    pending INTEGER NOT NULL,
    active INTEGER NOT NULL,
    done INTEGER NOT NULL,
    dead INTEGER NOT NULL,
    retrying INTEGER NOT NULL,
    clock INTEGER NOT NULL
  ) STRICT;
  INSERT INTO kept SELECT 1,
    (SELECT count(*) FROM events WHERE state = 0),
    (SELECT count(*) FROM events WHERE state = 1),
    (SELECT count(*) FROM events WHERE state = 2),
    (SELECT count(*) FROM events WHERE state = 3),
    (SELECT count(*) FROM events INDEXED BY events_failing WHERE state = 0 AND failure IS NOT NULL),
    coalesce((SELECT stored_at FROM events ORDER BY seq DESC LIMIT 1), 0);
  CREATE TABLE clock_steps (seq INTEGER PRIMARY KEY) STRICT;
  INSERT INTO clock_steps SELECT seq FROM
    (SELECT seq, stored_at, lag(stored_at) OVER (ORDER BY seq) AS before FROM events) WHERE before > stored_at LIMIT 1000;
  CREATE TABLE minutes (
    minute INTEGER NOT NULL,
    provider TEXT NOT NULL,
    outcome TEXT NOT NULL,
    count INTEGER NOT NULL,
    durations TEXT,
    PRIMARY KEY (minute, provider, outcome)
  ) STRICT, WITHOUT ROWID;
  `,
]

export const states = ['pending', 'active', 'done', 'dead'] as const

export const stateNumber = { pending: 0, active: 1, done: 2, dead: 3 } as const
