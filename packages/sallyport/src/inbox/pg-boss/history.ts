import type { DuplicateNote } from '../duplicate-log.ts'
import { toCurrentAttempt, toHistory, type AttemptRecord, type DuplicateRecord, type EventHistory } from '../history.ts'
import type { Executor, RunInTransaction } from './database.ts'
import type { createHistorySql } from './history-sql.ts'
import type { Row } from './postgres.ts'
import { toEventId, toState } from './rows.ts'

/** An attempt that ended, of a job. */
export interface EndedAttempt {
  readonly id: string
  readonly attempt: AttemptRecord
}

const workersKeptMs = 7 * 86_400_000

/** Keeps the past of events. */
export function createHistory(
  queue: string,
  sql: ReturnType<typeof createHistorySql>,
  inTransaction: RunInTransaction,
) {
  return {
    async keep(db: Executor, ended: readonly EndedAttempt[]): Promise<void> {
      if (ended.length === 0) return
      const texts = ended.map(({ attempt }) => JSON.stringify(attempt))
      await db.executeSql(sql.keepGiven, [queue, ended.map(({ id }) => id), texts])
    },

    addDuplicates: (notes: readonly DuplicateNote[]): Promise<unknown> =>
      inTransaction((db) => {
        const rows = notes.map(({ key, count, latest }) => ({
          id: toEventId(key),
          count,
          latest: latest.map((each) => JSON.stringify(each)),
        }))
        return db.executeSql(sql.addDuplicates, [queue, JSON.stringify(rows)])
      }),

    forgetWorkers: (db: Executor): Promise<unknown> => db.executeSql(sql.forgetWorkers, [queue, workersKeptMs]),
  }
}

/** The attempt that the job itself describes: one that runs or succeeded. */
export function readCurrentAttempt(row: Row): AttemptRecord | undefined {
  return toCurrentAttempt(toProgress(row), readLast(row))
}

/** The history in a row of `readEvent`. */
export function readHistory(row: Row): EventHistory {
  const { ended, latest, duplicates } = row
  return toHistory(toProgress(row), {
    ...readLast(row),
    ended: parseAll<AttemptRecord>(ended),
    duplicates: { count: Number(duplicates ?? 0), latest: parseAll<DuplicateRecord>(latest) },
  })
}

function toProgress({ state, attempts, finished_at: finishedAt }: Row) {
  return {
    state: toState(state),
    attempts: Number(attempts),
    finishedAt: typeof finishedAt === 'number' ? finishedAt : undefined,
  }
}

function readLast({ begun_at: begunAt, worker }: Row) {
  return {
    begunAt: typeof begunAt === 'number' ? begunAt : undefined,
    worker: typeof worker === 'string' ? worker : undefined,
  }
}

function parseAll<Value>(texts: unknown): Value[] {
  return ((texts ?? []) as string[]).map((text) => JSON.parse(text) as Value)
}
