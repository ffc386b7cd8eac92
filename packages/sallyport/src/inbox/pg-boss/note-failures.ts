import { toFailureShape } from '../failure-shape.ts'
import type { AttemptRecord } from '../history.ts'
import type { Executor } from './database.ts'
import { toText } from './rows.ts'
import { stages } from './state-schema.ts'

const atOnce = 1_000

/** Notes what events failed with that a version without it stored, from the last of their attempts. */
export async function noteFailures(db: Executor, schema: string): Promise<void> {
  // Otherwise each part of a large store would read all of it.
  await db.executeSql(
    'SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_seqscan = off',
  )
  const { rows } = await db.executeSql(`SELECT name FROM ${schema}.queue ORDER BY name`)
  for (const { name } of rows)
    for (const stage of [stages.dead, stages.open]) await noteFailuresOf(db, schema, [name, stage])
}

async function noteFailuresOf(
  db: Executor,
  schema: string,
  of: readonly [queue: unknown, stage: number],
): Promise<void> {
  let last = '0'
  for (let size = atOnce; size === atOnce;) {
    const { rows } = await db.executeSql(
      `SELECT state.seq::text AS seq, history.attempts[cardinality(history.attempts)] AS attempt,
         job.state::text AS state, coalesce(job.output ->> 'message', job.output -> 'value' ->> 'message') AS error
       FROM (
         SELECT * FROM ${schema}.inbox_state WHERE queue = $1 AND stage = $2 AND seq > $3::bigint ORDER BY seq LIMIT ${atOnce}
       ) state
         JOIN ${schema}.inbox_event event ON event.queue = state.queue AND event.seq = state.seq
         JOIN ${schema}.job job ON job.name = event.queue AND job.id = event.id
         LEFT JOIN ${schema}.inbox_history history ON history.queue = event.queue AND history.id = event.id
       ORDER BY state.seq`,
      [...of, last],
    )
    size = rows.length
    const failed = rows.filter(({ state }) => state !== 'created')
    await db.executeSql(
      `UPDATE ${schema}.inbox_state state SET failure = given.failure
       FROM unnest($2::bigint[], $3::text[]) given (seq, failure) WHERE state.queue = $1 AND state.seq = given.seq`,
      [of[0], failed.map(({ seq }) => seq), failed.map(({ attempt, error }) => toShape(attempt, error))],
    )
    last = String(rows.at(-1)?.['seq'])
  }
}

/** The error of the job has name and message in one. */
function toShape(attempt: unknown, error: unknown): string | null {
  const failure = typeof attempt === 'string' ? (JSON.parse(attempt) as AttemptRecord).error : undefined
  if (failure !== undefined) return toText(toFailureShape(failure))
  if (typeof error !== 'string') return null
  const [, name = 'Error', message = error] = /^(\w{1,100}): ([^]*)$/.exec(error) ?? []
  return toText(toFailureShape({ name, message, stack: [] }))
}
