/** Statements that store events. */
export function createInsertSql(schema: string) {
  // The bodies are one value, of which each row takes its part.
  const write = (queue: string, rows: string, bodies: string, condition: string): string => `
    stored AS (
      INSERT INTO ${schema}.inbox_event (queue, id, provider, type, event_id, tenant, order_id, envelope, body)
      SELECT ${queue}, id, provider, type, event_id, tenant, order_id, envelope, substring(${bodies}::bytea FROM start FOR size)
      FROM json_to_recordset(${rows}::text::json) input (place int, id uuid, provider text, type text, event_id text,
        tenant text, order_id uuid, envelope text, start int, size int)
      ${condition}
      ORDER BY place
      ON CONFLICT (queue, id) DO NOTHING
      RETURNING queue, order_id, seq, id
    ), queued AS (
      INSERT INTO ${schema}.inbox_line (queue, order_id, seq, id)
      SELECT queue, order_id, seq, id FROM stored WHERE order_id IS NOT NULL
      ON CONFLICT (queue, id) DO UPDATE SET order_id = excluded.order_id, seq = excluded.seq, released = false
    )`
  const written = `(SELECT string_agg(id::text, ' ') FROM stored) AS ids, current_setting('synchronous_commit') AS synchronous_commit`

  return {
    /** Stores events. $1: queue, $2: rows, $3: their bodies. */
    events: `WITH ${write('$1', '$2', '$3', '')} SELECT ${written}`,

    /**
     * Stores jobs, and the events of those that are new: one statement begins faster than two, and takes one round trip.
     * `undefined` where pg-boss's statement has parts of its own, for PostgreSQL lets no such statement be a part.
     *
     * @param insertJobs with one parameter; $2 to $4 are those of `events`
     */
    jobsAndEvents: (insertJobs: string): string | undefined =>
      /^\s*INSERT\s/.test(insertJobs)
        ? `WITH job AS (${insertJobs}), ${write('$2', '$3', '$4', 'WHERE id IN (SELECT id FROM job)')}
           SELECT ${written}, (SELECT string_agg(id::text, ' ') FROM job) AS jobs`
        : undefined,
  }
}
