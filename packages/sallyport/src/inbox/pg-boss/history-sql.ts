import { mostAttempts, mostDuplicates } from '../history.ts'

/** Statements over what is kept of an event's past; `$1` is the queue. */
export function createHistorySql(schema: string) {
  const keepAttempts = (attempts: string): string => `
    INSERT INTO ${schema}.inbox_history AS history (queue, id, attempts)
    SELECT $1, id, ARRAY[attempt] FROM (${attempts}) input
    ON CONFLICT (queue, id) DO UPDATE SET
      attempts = (history.attempts || excluded.attempts)[greatest(1, cardinality(history.attempts) + 2 - ${mostAttempts}):]`

  return {
    /**
     * Who made the last attempt of a job. The name goes with a job that is done; of one that runs, the process that claimed it
     * last has noted it.
     */
    workerOfJob: `coalesce(job.output ->> 'worker', (
      SELECT worker.name FROM ${schema}.inbox_worker worker
      WHERE worker.queue = $1 AND job.state = 'active' AND (job.id, job.retry_count) IN (
        SELECT * FROM unnest(worker.jobs, worker.retry_counts))
      ORDER BY worker.claimed_at DESC LIMIT 1))`,

    /** Notes which jobs a process runs. $3: its id, $4: its name, $5 and $6: its jobs and their retry counts. */
    noteClaims: `
      INSERT INTO ${schema}.inbox_worker (queue, id, name, jobs, retry_counts) VALUES ($1, $3::uuid, $4, $5::uuid[], $6::int[])
      ON CONFLICT (queue, id) DO UPDATE
        SET jobs = excluded.jobs, retry_counts = excluded.retry_counts, claimed_at = now()`,

    /** Adds attempts, each as JSON, from a query for `id` and `attempt`. */
    keepAttempts,

    /** $2: ids, $3: attempts. */
    keepGiven: keepAttempts('SELECT * FROM unnest($2::uuid[], $3::text[]) given (id, attempt) ORDER BY id'),

    /** $2: counts as JSON; the events are locked so that none of them is removed meanwhile. */
    addDuplicates: `
      WITH input AS (
        SELECT * FROM json_to_recordset($2::text::json) input (id uuid, count bigint, latest json)
      ), present AS (
        SELECT event.id FROM ${schema}.inbox_event event
        WHERE event.queue = $1 AND event.id IN (SELECT id FROM input) ORDER BY event.id FOR KEY SHARE
      )
      INSERT INTO ${schema}.inbox_history AS history (queue, id, duplicates, latest)
      SELECT $1, id, count, ARRAY(SELECT json_array_elements_text(latest)) FROM input JOIN present USING (id) ORDER BY id
      ON CONFLICT (queue, id) DO UPDATE SET duplicates = history.duplicates + excluded.duplicates,
        latest = (excluded.latest || history.latest)[1:${mostDuplicates}]`,

    /** Processes that have claimed nothing for so long. */
    forgetWorkers: `
      DELETE FROM ${schema}.inbox_worker WHERE queue = $1 AND claimed_at < now() - $2::float8 * interval '1 millisecond'`,
  }
}
