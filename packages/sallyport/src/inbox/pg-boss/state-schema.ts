/**
 * How far events are, in a row of their own: pg-boss's job has the state and the event has what filters ask for, and no index
 * can span both. `stages` are coarser than states, so that a claim changes nothing here; the few active events are found in
 * pg-boss's own index.
 */
export const stages = { open: 0, done: 1, dead: 2, gone: -1 } as const

/** How a job's state becomes a stage. */
const toStage = (state: string): string =>
  `CASE WHEN ${state} <= 'active' THEN ${stages.open} WHEN ${state} = 'completed' THEN ${stages.done} ELSE ${stages.dead} END`

/**
 * `inbox_state` follows events and jobs by triggers, so that it is right whatever changes a job: this engine, an older version
 * beside it, pg-boss's own tools, or a hand. `inbox_count` has one row per transaction, and its sums are the counts: no
 * transaction waits for the row of another. It stays so small that it needs no index. `inbox_minute` has what happened per minute.
 */
export const addStates = (schema: string): string => `
  ALTER TABLE ${schema}.inbox_event ADD COLUMN tenant text;

  CREATE TABLE ${schema}.inbox_state (
    queue text NOT NULL,
    seq bigint NOT NULL,
    stored_at timestamptz NOT NULL,
    stage smallint NOT NULL,
    provider text NOT NULL,
    type text NOT NULL,
    tenant text,
    order_id uuid,
    failure text
  );

  CREATE TABLE ${schema}.inbox_count (
    queue text NOT NULL,
    open bigint NOT NULL,
    done bigint NOT NULL,
    dead bigint NOT NULL,
    failing bigint NOT NULL
  );

  CREATE TABLE ${schema}.inbox_minute (
    queue text NOT NULL,
    minute bigint NOT NULL,
    provider text NOT NULL,
    outcome text NOT NULL,
    count bigint NOT NULL,
    durations bigint[],
    PRIMARY KEY (queue, minute, provider, outcome)
  );

  CREATE FUNCTION ${schema}.inbox_count_states() RETURNS trigger LANGUAGE plpgsql ${asOwner} AS $inbox$
  BEGIN
    IF TG_OP = 'DELETE' THEN
      INSERT INTO ${schema}.inbox_count ${countRows('removed', -1)};
    ELSIF EXISTS (SELECT FROM added) THEN
      INSERT INTO ${schema}.inbox_count
        SELECT queue, sum(open), sum(done), sum(dead), sum(failing)
        FROM (${countRows('added', 1)} UNION ALL ${countRows('removed', -1)}) change
        GROUP BY queue HAVING sum(open) <> 0 OR sum(done) <> 0 OR sum(dead) <> 0 OR sum(failing) <> 0;
    END IF;
    RETURN NULL;
  END $inbox$;

  -- Nothing else inserts states, so they are counted here: a trigger less while events are stored.
  CREATE FUNCTION ${schema}.inbox_add_events() RETURNS trigger LANGUAGE plpgsql ${asOwner} AS $inbox$
  BEGIN
    WITH state AS (
      INSERT INTO ${schema}.inbox_state (queue, seq, stored_at, stage, provider, type, tenant, order_id)
      SELECT queue, seq, stored_at, ${stages.open}, provider, type, tenant, order_id FROM added
    )
    INSERT INTO ${schema}.inbox_count (queue, open, done, dead, failing)
      SELECT queue, count(*), 0, 0, 0 FROM added GROUP BY queue;
    RETURN NULL;
  END $inbox$;

  CREATE FUNCTION ${schema}.inbox_remove_events() RETURNS trigger LANGUAGE plpgsql ${asOwner} ${byIndex} AS $inbox$
  BEGIN
    DELETE FROM ${schema}.inbox_state state USING removed WHERE state.queue = removed.queue AND state.seq = removed.seq;
    RETURN NULL;
  END $inbox$;

  -- Its callers run it as the owner; nobody else may.
  CREATE FUNCTION ${schema}.inbox_move(queues text[], ids uuid[], stages smallint[])
  RETURNS void LANGUAGE plpgsql ${byIndex} AS $inbox$
  BEGIN
    UPDATE ${schema}.inbox_state state
      SET stage = job.stage, failure = CASE WHEN job.stage IN (${stages.done}, ${stages.gone}) THEN NULL ELSE state.failure END
      FROM unnest(queues, ids, stages) job (queue, id, stage)
      JOIN ${schema}.inbox_event event ON event.queue = job.queue AND event.id = job.id
      WHERE state.queue = event.queue AND state.seq = event.seq AND state.stage <> job.stage;
  END $inbox$;

  -- Those that change no stage end early, before what is expensive to begin.
  CREATE FUNCTION ${schema}.inbox_follow_updates() RETURNS trigger LANGUAGE plpgsql ${asOwner} AS $inbox$
  DECLARE
    queues text[];
    ids uuid[];
    stages smallint[];
  BEGIN
    -- A job becomes active from another open state only; a change of its limits or its due time changes no state.
    IF NOT EXISTS (SELECT FROM changed WHERE state <> 'active') THEN RETURN NULL; END IF;
    IF (SELECT array_agg(state ORDER BY name, id) FROM before) = (SELECT array_agg(state ORDER BY name, id) FROM changed) THEN
      RETURN NULL;
    END IF;
    SELECT array_agg(name), array_agg(id), array_agg((${toStage('state')})::smallint) INTO queues, ids, stages
      FROM changed WHERE state <> 'active';
    PERFORM ${schema}.inbox_move(queues, ids, stages);
    RETURN NULL;
  END $inbox$;

  CREATE FUNCTION ${schema}.inbox_follow_insert() RETURNS trigger LANGUAGE plpgsql ${asOwner} AS $inbox$
  BEGIN
    PERFORM ${schema}.inbox_move(ARRAY[NEW.name], ARRAY[NEW.id], ARRAY[${toStage('NEW.state')}]::smallint[]);
    RETURN NULL;
  END $inbox$;

  CREATE FUNCTION ${schema}.inbox_follow_deletes() RETURNS trigger LANGUAGE plpgsql ${asOwner} ${byIndex} AS $inbox$
  DECLARE
    queues text[];
    ids uuid[];
  BEGIN
    IF TG_OP = 'TRUNCATE' THEN
      UPDATE ${schema}.inbox_state state SET stage = ${stages.gone}, failure = NULL
        WHERE queue IN (SELECT name FROM ${schema}.queue WHERE table_name = TG_TABLE_NAME) AND stage <> ${stages.gone};
      RETURN NULL;
    END IF;
    -- pg-boss fails a job by deleting and inserting it in one statement, which is over here.
    SELECT array_agg(name), array_agg(id) INTO queues, ids FROM changed
      WHERE NOT EXISTS (SELECT FROM ${schema}.job WHERE job.name = changed.name AND job.id = changed.id);
    IF ids IS NOT NULL THEN
      PERFORM ${schema}.inbox_move(queues, ids, array_fill(${stages.gone}::smallint, ARRAY[cardinality(ids)]));
    END IF;
    RETURN NULL;
  END $inbox$;

  CREATE FUNCTION ${schema}.inbox_follow(jobs regclass) RETURNS void LANGUAGE plpgsql AS $inbox$
  BEGIN
    IF EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = jobs AND tgname = 'inbox_update') THEN RETURN; END IF;
    -- By row, for its condition costs nothing while events are stored: the event of a new job is inserted after it, and open.
    -- What is inserted into all of pg-boss's table fires the trigger of the part.
    IF (SELECT relkind FROM pg_class WHERE oid = jobs) = 'r' THEN
      EXECUTE format('CREATE TRIGGER inbox_insert AFTER INSERT ON %s
        FOR EACH ROW WHEN (NEW.state > ''active'')
        EXECUTE FUNCTION ${schema}.inbox_follow_insert()', jobs);
    END IF;
    EXECUTE format('CREATE TRIGGER inbox_update AFTER UPDATE ON %s REFERENCING OLD TABLE AS before NEW TABLE AS changed
      FOR EACH STATEMENT EXECUTE FUNCTION ${schema}.inbox_follow_updates()', jobs);
    EXECUTE format('CREATE TRIGGER inbox_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS changed
      FOR EACH STATEMENT EXECUTE FUNCTION ${schema}.inbox_follow_deletes()', jobs);
    EXECUTE format('CREATE TRIGGER inbox_truncate AFTER TRUNCATE ON %s
      FOR EACH STATEMENT EXECUTE FUNCTION ${schema}.inbox_follow_deletes()', jobs);
    -- A queue that was deleted and made again has lost its jobs without a trace.
    UPDATE ${schema}.inbox_state state SET stage = ${stages.gone}, failure = NULL
      WHERE queue IN (SELECT name FROM ${schema}.queue WHERE to_regclass('${schema}.' || table_name) = jobs)
        AND stage <> ${stages.gone}
        AND NOT EXISTS (
          SELECT 1 FROM ${schema}.inbox_event event JOIN ${schema}.job job ON job.name = event.queue AND job.id = event.id
          WHERE event.queue = state.queue AND event.seq = state.seq);
  END $inbox$;

  -- Stores of before: nobody changes them until all of it is committed.
  LOCK TABLE ${schema}.inbox_event IN SHARE ROW EXCLUSIVE MODE;
  DO $inbox$
  DECLARE
    jobs regclass;
  BEGIN
    FOR jobs IN
      SELECT to_regclass('${schema}.' || table_name) FROM ${schema}.queue
      WHERE partition AND EXISTS (SELECT 1 FROM ${schema}.inbox_event event WHERE event.queue = queue.name)
      ORDER BY name
    LOOP
      EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', jobs);
      PERFORM ${schema}.inbox_follow(jobs);
    END LOOP;
  END $inbox$;
  SELECT ${schema}.inbox_follow('${schema}.job');

  INSERT INTO ${schema}.inbox_state (queue, seq, stored_at, stage, provider, type, tenant, order_id)
    SELECT event.queue, event.seq, event.stored_at, CASE WHEN job.id IS NULL THEN ${stages.gone} ELSE ${toStage('job.state')} END,
      event.provider, event.type, CASE WHEN strpos(event.envelope, '"tenant":') > 0 THEN event.envelope::json ->> 'tenant' END,
      event.order_id
    FROM ${schema}.inbox_event event LEFT JOIN ${schema}.job job ON job.name = event.queue AND job.id = event.id
    ORDER BY event.queue, event.seq;
  INSERT INTO ${schema}.inbox_count ${countRows(`${schema}.inbox_state`, 1)};

  ALTER TABLE ${schema}.inbox_state ADD PRIMARY KEY (queue, seq);
  CREATE INDEX inbox_state_stage ON ${schema}.inbox_state (queue, stage, stored_at, seq);
  CREATE INDEX inbox_state_provider ON ${schema}.inbox_state (queue, stage, provider, stored_at, seq);
  CREATE INDEX inbox_state_type ON ${schema}.inbox_state (queue, stage, provider, type, stored_at, seq);
  CREATE INDEX inbox_state_tenant ON ${schema}.inbox_state (queue, stage, tenant, stored_at, seq) WHERE tenant IS NOT NULL;
  CREATE INDEX inbox_state_order ON ${schema}.inbox_state (queue, stage, order_id, stored_at, seq) WHERE order_id IS NOT NULL;
  CREATE INDEX inbox_state_failing ON ${schema}.inbox_state (queue, stage, stored_at, seq) WHERE failure IS NOT NULL;
  CREATE INDEX inbox_state_failure ON ${schema}.inbox_state (queue, stage, failure, stored_at, seq) WHERE failure IS NOT NULL;

  CREATE TRIGGER inbox_insert AFTER INSERT ON ${schema}.inbox_event REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ${schema}.inbox_add_events();
  CREATE TRIGGER inbox_delete AFTER DELETE ON ${schema}.inbox_event REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION ${schema}.inbox_remove_events();
  CREATE TRIGGER inbox_update AFTER UPDATE ON ${schema}.inbox_state REFERENCING NEW TABLE AS added OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION ${schema}.inbox_count_states();
  CREATE TRIGGER inbox_delete AFTER DELETE ON ${schema}.inbox_state REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION ${schema}.inbox_count_states();
  `

// Estimates of tables that change fast are wrong often; a wrong plan would read all of a table inside a transaction that stores.
const byIndex = 'SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off'

// A role that may change events or jobs need not be allowed to change these tables.
const asOwner = 'SECURITY DEFINER SET search_path = pg_catalog, pg_temp'

function countRows(table: string, sign: 1 | -1): string {
  const count = (condition: string): string => `${sign} * count(*) FILTER (WHERE ${condition})`
  return `SELECT queue, ${count(`stage = ${stages.open}`)} AS open, ${count(`stage = ${stages.done}`)} AS done,
    ${count(`stage = ${stages.dead}`)} AS dead, ${count(`stage = ${stages.open} AND failure IS NOT NULL`)} AS failing
    FROM ${table} GROUP BY queue`
}
