import type { OrderMode, StoredEvent } from '../engine.ts'
import { delayAfterLostAttempt, type RetryPolicy } from '../retry-policy.ts'
import { toStoredEvent } from './rows.ts'
import { aside, stateNumber } from './schema.ts'
import type { Statements } from './statements.ts'

/** What became of an attempt. */
export interface Settlement {
  readonly key: string
  /** Its number: the outcome of an earlier attempt must not end a later one. */
  readonly attempt: number
  readonly outcome: 'handled' | 'retried' | 'dead'
  /** For `retried`: milliseconds until the next attempt. */
  readonly waitMs?: number | undefined
  readonly error?: string | undefined
}

/** Events claimed, and when to ask again. */
export interface Claimed {
  readonly events: readonly StoredEvent[]
  /** When the next pending event is due. */
  readonly nextDueAt?: number | undefined
}

const diedText = 'its process ended during the last run'

// Most events that one claim puts aside, since everything else waits for it.
const mostAside = 1_000

/** An event that is due, and whether an earlier one of its order key blocks it. */
interface DueRow {
  readonly seq: number
  readonly due_at: number
  readonly is_behind: 0 | 1
}

/** Claims events and takes their outcomes; inside the caller's transaction. */
export function createClaims({ all, run, number }: Statements) {
  /** Events that are due and wait for no other. Those before them that do wait are put aside. */
  function findFree(limit: number, order: OrderMode, now: number): { seqs: readonly number[]; mayBeMore: boolean } {
    const text = `SELECT seq, due_at, ${isBehind[order]} AS is_behind FROM events
      WHERE state = 0 AND due_at <= ? AND (due_at, seq) > (?, ?) ORDER BY due_at, seq LIMIT ?`
    const seqs: number[] = []
    let moved = 0
    let last: Pick<DueRow, 'seq' | 'due_at'> | undefined = { due_at: -1, seq: 0 }
    while (last && seqs.length < limit && moved < mostAside) {
      const rows = all(text, now, last.due_at, last.seq, limit - seqs.length) as unknown as DueRow[]
      for (const { seq, is_behind: mustWait } of rows) {
        if (mustWait) moved += run(`UPDATE events SET due_at = ${aside} WHERE seq = ?`, seq)
        else seqs.push(seq)
      }
      last = rows.at(-1)
    }
    return { seqs, mayBeMore: moved >= mostAside }
  }

  return {
    claim(limit: number, order: OrderMode, now: number): Claimed {
      const { seqs, mayBeMore } = findFree(limit, order, now)
      const rows = seqs.flatMap((seq) =>
        all('SELECT events.*, bodies.body FROM events JOIN bodies USING (seq) WHERE seq = ?', seq),
      )
      for (const { seq } of rows) run('UPDATE events SET state = 1, attempts = attempts + 1 WHERE seq = ?', seq)
      const events = rows.map((row) => toStoredEvent({ ...row, state: stateNumber.active, attempts: row.attempts + 1 }))
      if (mayBeMore) return { events, nextDueAt: now }
      const nextDueAt = number(
        `SELECT min(due_at) FROM events WHERE state = 0 AND due_at > ? AND due_at < ${aside}`,
        now,
      )
      return { events, nextDueAt: nextDueAt ?? undefined }
    },

    /** Returns false when the attempt is not the event's current one. */
    settle({ key, attempt, outcome, waitMs = 0, error = '' }: Settlement, now: number): boolean {
      const isCurrent = 'WHERE key = ? AND state = 1 AND attempts = ?'
      if (outcome === 'handled') {
        return run(`UPDATE events SET state = 2, finished_at = ?, error = NULL ${isCurrent}`, now, key, attempt) > 0
      }
      if (outcome === 'dead') {
        return run(`UPDATE events SET state = 3, finished_at = ?, error = ? ${isCurrent}`, now, error, key, attempt) > 0
      }
      return (
        run(
          `UPDATE events SET state = 0, due_at = ?, wait_ms = ?, error = ? ${isCurrent}`,
          now + waitMs,
          waitMs,
          error,
          key,
          attempt,
        ) > 0
      )
    },

    /**
     * Takes back what a process or thread that is gone had claimed, by the rule of `delayAfterLostAttempt`; returns the events
     * that are dead by it.
     *
     * @param atWork keys of events whose handlers are running here
     */
    recover(
      retry: RetryPolicy,
      atWork: readonly string[],
      now: number,
      order: OrderMode = 'none',
    ): readonly StoredEvent[] {
      // The order may be another one than before: the first event of each order key is called.
      const isCalled = order === 'none' ? '' : `AND seq IN (${firstOfEach})`
      run(`UPDATE events SET due_at = min(stored_at, ?) WHERE state = 0 AND due_at = ${aside} ${isCalled}`, now)
      const mine = new Set(atWork)
      const lost = all('SELECT * FROM events WHERE state = 1').filter(({ key }) => !mine.has(key))
      const dead: StoredEvent[] = []
      for (const row of lost) {
        const waitMs = delayAfterLostAttempt(retry, row.attempts)
        if (waitMs === undefined) {
          run('UPDATE events SET state = 3, finished_at = ?, error = ? WHERE seq = ?', now, diedText, row.seq)
          dead.push(toStoredEvent({ ...row, state: stateNumber.dead, finished_at: now, error: diedText }))
          continue
        }
        run('UPDATE events SET state = 0, due_at = ?, wait_ms = ? WHERE seq = ?', now + waitMs, waitMs, row.seq)
      }
      return dead
    },

    /** Gives back an event that was claimed and not begun, as if it had not been claimed. */
    unclaim: (key: string): number =>
      run('UPDATE events SET state = 0, attempts = attempts - 1 WHERE key = ? AND state = 1', key),

    /** Shortens waits that are longer than they were when they began: the clock was set back. */
    correctClock: (now: number): number =>
      run(
        `UPDATE events SET due_at = ?1 + wait_ms
         WHERE state = 0 AND due_at > ?1 AND due_at < ${aside} AND due_at > ?1 + wait_ms`,
        now,
      ),
  }
}

// The first two terms repeat what its index is for; without them SQLite reads every earlier event instead.
function hasEarlier(states: string): string {
  return `order_key IS NOT NULL AND EXISTS (SELECT 1 FROM events earlier WHERE earlier.state <> 2
    AND earlier.order_key IS NOT NULL AND earlier.order_key = events.order_key AND earlier.seq < events.seq
    AND earlier.state IN ${states})`
}

const firstOfEach = `
  SELECT min(seq) FROM events WHERE state <> 2 AND order_key IS NOT NULL AND state = 0 GROUP BY order_key`

const isBehind: Readonly<Record<OrderMode, string>> = {
  none: 'false',
  serial: hasEarlier('(0, 1)'),
  strict: hasEarlier('(0, 1, 3)'),
}
