import type { DuplicateNote } from '../duplicate-log.ts'
import {
  mostAttempts,
  mostDuplicates,
  toCurrentAttempt,
  toHistory,
  type AttemptRecord,
  type DuplicateRecord,
  type EventHistory,
} from '../history.ts'
import type { EventRow } from './rows.ts'
import { states } from './schema.ts'
import type { Statements } from './statements.ts'

/** A row of `history`; there is none for an event that failed never and arrived once. */
interface HistoryRow {
  readonly attempts: string
  readonly duplicates: number
  readonly latest: string
}

/** Keeps the past of events; inside the caller's transaction. */
export function createHistory({ all, prepare }: Statements) {
  function read(seq: number): { ended: AttemptRecord[]; duplicates: EventHistory['duplicates'] } {
    const row = prepare('SELECT attempts, duplicates, latest FROM history WHERE seq = ?').get(seq)
    const { attempts = '[]', duplicates = 0, latest = '[]' } = (row ?? {}) as Partial<HistoryRow>
    return {
      ended: JSON.parse(attempts) as AttemptRecord[],
      duplicates: { count: duplicates, latest: JSON.parse(latest) as DuplicateRecord[] },
    }
  }

  function write(seq: number, { ended, duplicates }: ReturnType<typeof read>): void {
    const attempts = JSON.stringify(ended.slice(-mostAttempts))
    const latest = JSON.stringify(duplicates.latest.slice(0, mostDuplicates))
    prepare('INSERT OR REPLACE INTO history (seq, attempts, duplicates, latest) VALUES (?, ?, ?, ?)').run(
      seq,
      attempts,
      duplicates.count,
      latest,
    )
  }

  function addAttempt(seq: number, attempt: AttemptRecord): void {
    const { ended, duplicates } = read(seq)
    write(seq, { ended: [...ended, attempt], duplicates })
  }

  return {
    addAttempt,

    /** Keeps the attempt that the event's row describes, before the row is reset. */
    keepCurrent(row: EventRow): void {
      const current = toCurrentAttempt(toProgress(row), toLast(row))
      if (current) addAttempt(row.seq, current)
    },

    /** Adds to what is counted; an event that is gone is skipped. */
    addDuplicates(notes: readonly DuplicateNote[]): void {
      for (const { key, count, latest } of notes) {
        const [row] = all('SELECT seq FROM events WHERE key = ?', key)
        if (row === undefined) continue
        const { ended, duplicates } = read(row.seq)
        const sum = { count: duplicates.count + count, latest: [...latest, ...duplicates.latest] }
        write(row.seq, { ended, duplicates: sum })
      }
    },

    of: (row: EventRow): EventHistory => toHistory(toProgress(row), { ...toLast(row), ...read(row.seq) }),
  }
}

function toProgress({ state, attempts, finished_at: finishedAt }: EventRow) {
  return { state: states[state]!, attempts, finishedAt: finishedAt ?? undefined }
}

function toLast({ begun_at: begunAt, worker }: EventRow) {
  return { begunAt: begunAt ?? undefined, worker: worker ?? undefined }
}
