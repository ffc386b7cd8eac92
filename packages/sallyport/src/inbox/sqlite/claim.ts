import type { OrderMode, StoredEvent } from '../engine.ts'
import { delayAfterLostAttempt, type RetryPolicy } from '../retry-policy.ts'
import { workerName, type AttemptFailure } from '../history.ts'
import { createHistory } from './history.ts'
import { toStoredEvent, type EventRow } from './rows.ts'
import { aside, stateNumber } from './schema.ts'
import type { Statements } from './statements.ts'
import { createTally, type Tally } from './tally.ts'

/** What became of an attempt. */
export interface Settlement {
  readonly key: string
  /** Its number: the outcome of an earlier attempt must not end a later one. */
  readonly attempt: number
  readonly outcome: 'handled' | 'retried' | 'dead'
  /** For `retried`: milliseconds until the next attempt. */
  readonly waitMs?: number | undefined
  readonly error?: string | undefined
  /** What events that fail in the same way have in common. */
  readonly shape?: string | undefined
  /** For the history. */
  readonly failure?: AttemptFailure | undefined
  readonly durationMs?: number | undefined
}

/** How many events to claim, and of whom. */
export interface ClaimOptions {
  readonly limit: number
  readonly order: OrderMode
  /** Events of other providers are left. @default every provider */
  readonly providers?: readonly string[] | undefined
}

/** Events claimed, and when to ask again. */
export interface Claimed {
  readonly events: readonly StoredEvent[]
  /** When the next pending event is due. */
  readonly nextDueAt?: number | undefined
  /** Providers whose events were left. */
  readonly left: readonly string[]
}

/** What to know about claims that are taken back. */
export interface RecoverOptions {
  /**
   * Attempts that are running here. The next attempt of the same event may be lost: the outcome of one and the claim of the next
   * may be one transaction.
   */
  readonly atWork: readonly Pick<Settlement, 'key' | 'attempt'>[]
  readonly order: OrderMode
  readonly now: number
  /** Whether this process made them all: the answer to a claim was lost, and no handler began. */
  readonly isOwn: boolean
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
export function createClaims(statements: Statements, tally: Tally = createTally()) {
  const { all, run, number } = statements
  const history = createHistory(statements)

  /** Providers with pending events, from one to the next through the index. */
  function findProviders(): string[] {
    const rows = all(`
      WITH RECURSIVE pending (provider) AS (
        SELECT min(provider) FROM events INDEXED BY events_due WHERE state = 0
        UNION ALL
        SELECT (SELECT min(provider) FROM events INDEXED BY events_due WHERE state = 0 AND provider > pending.provider)
        FROM pending WHERE provider IS NOT NULL
      ) SELECT provider FROM pending WHERE provider IS NOT NULL`)
    return rows.map(({ provider }) => provider)
  }

  /** A provider's events that are due and wait for no other. Those before them that do wait are put aside. */
  function findFree(provider: string, { limit, order }: ClaimOptions, now: number): { rows: DueRow[]; moved: number } {
    const text = `SELECT seq, due_at, ${isBehind[order]} AS is_behind FROM events INDEXED BY events_due
      WHERE state = 0 AND provider = ? AND due_at <= ? AND (due_at, seq) > (?, ?) ORDER BY due_at, seq LIMIT ?`
    const free: DueRow[] = []
    let moved = 0
    let last: Pick<DueRow, 'seq' | 'due_at'> | undefined = { due_at: -1, seq: 0 }
    while (last && free.length < limit && moved < mostAside) {
      const rows = all(text, provider, now, last.due_at, last.seq, limit - free.length) as unknown as DueRow[]
      for (const row of rows) {
        if (row.is_behind) moved += run(`UPDATE events SET due_at = ${aside} WHERE seq = ?`, row.seq)
        else free.push(row)
      }
      last = rows.at(-1)
    }
    return { rows: free, moved }
  }

  function findNextDue(providers: readonly string[], now: number): number | undefined {
    const text = `SELECT min(due_at) FROM events INDEXED BY events_due WHERE state = 0 AND provider = ? AND due_at > ? AND due_at < ${aside}`
    const times = providers.flatMap((provider) => number(text, provider, now) ?? [])
    return times.length === 0 ? undefined : Math.min(...times)
  }

  /** Gives back an event that was claimed and not begun, as if it had not been claimed. */
  function unclaim({ key, attempt }: Pick<Settlement, 'key' | 'attempt'>): number {
    const [row] = all(
      `UPDATE events SET state = 0, attempts = attempts - 1 WHERE key = ? AND +state = 1 AND attempts = ?
        RETURNING failure`,
      key,
      attempt,
    )
    if (row === undefined) return 0
    tally.add({ active: -1, pending: 1, retrying: toNumber(row.failure !== null) })
    return 1
  }

  return {
    claim(how: ClaimOptions, now: number): Claimed {
      const pending = findProviders()
      const providers = pending.filter((provider) => how.providers?.includes(provider) ?? true)
      const left = pending.filter((provider) => !providers.includes(provider))
      const found = providers.map((provider) => findFree(provider, how, now))
      const due = found.flatMap(({ rows }) => rows).toSorted((a, b) => a.due_at - b.due_at || a.seq - b.seq)
      const rows = due
        .slice(0, how.limit)
        .flatMap(({ seq }) =>
          all('SELECT events.*, bodies.body FROM events JOIN bodies USING (seq) WHERE seq = ?', seq),
        )
      const text = 'UPDATE events SET state = 1, attempts = attempts + 1, begun_at = ?, worker = ? WHERE seq = ?'
      for (const { seq } of rows) run(text, now, workerName, seq)
      const retried = rows.filter(({ failure }) => failure !== null).length
      if (rows.length > 0) tally.add({ pending: -rows.length, active: rows.length, retrying: -retried })
      const events = rows.map((row) => toStoredEvent({ ...row, state: stateNumber.active, attempts: row.attempts + 1 }))
      const mayBeMore = found.some(({ moved }) => moved >= mostAside)
      return { events, left, nextDueAt: mayBeMore ? now : findNextDue(providers, now) }
    },

    /** Returns false when the attempt is not the event's current one. */
    settle(settlement: Settlement, now: number): boolean {
      const { key, attempt, outcome, waitMs = 0, error = '', shape = error, failure, durationMs } = settlement
      const isCurrent = 'WHERE key = ? AND +state = 1 AND attempts = ?'
      if (outcome === 'handled') {
        const text = `UPDATE events SET state = 2, finished_at = ?, error = NULL, failure = NULL ${isCurrent}`
        if (run(text, now, key, attempt) === 0) return false
        tally.add({ active: -1, done: 1 })
        return true
      }
      const [set, values] =
        outcome === 'dead'
          ? ['state = 3, finished_at = ?', [now]]
          : ['state = 0, due_at = ?, wait_ms = ?', [now + waitMs, waitMs]]
      const text = `UPDATE events SET ${set}, error = ?, failure = ? ${isCurrent} RETURNING seq, begun_at, worker`
      const [row] = all(text, ...values, error, shape, key, attempt)
      if (row === undefined) return false
      tally.add(outcome === 'dead' ? { active: -1, dead: 1 } : { active: -1, pending: 1, retrying: 1 })
      history.addAttempt(row.seq, { ...begun(row, attempt), outcome, endedAt: now, durationMs, error: failure })
      return true
    },

    /**
     * Takes back what a process or thread that is gone had claimed, by the rule of `delayAfterLostAttempt`; returns the events
     * that are dead by it.
     */
    recover(retry: RetryPolicy, { atWork, order, now, isOwn }: RecoverOptions): readonly StoredEvent[] {
      // The order may be another one than before: the first event of each order key is called.
      const isCalled = order === 'none' ? '' : `AND ${isFirst}`
      const text = `UPDATE events INDEXED BY events_due SET due_at = min(stored_at, ?)
        WHERE state = 0 AND provider = ? AND due_at = ${aside} ${isCalled}`
      for (const provider of findProviders()) run(text, now, provider)
      const mine = new Map(atWork.map(({ key, attempt }) => [key, attempt]))
      const lost = all('SELECT * FROM events WHERE state = 1').filter(({ key, attempts }) => mine.get(key) !== attempts)
      const dead: StoredEvent[] = []
      for (const row of lost) {
        if (isOwn) {
          unclaim({ key: row.key, attempt: row.attempts })
          continue
        }
        // An earlier version did not note when an attempt began.
        if (row.begun_at !== null) history.addAttempt(row.seq, { ...begun(row, row.attempts), outcome: 'lost' })
        const waitMs = delayAfterLostAttempt(retry, row.attempts)
        if (waitMs === undefined) {
          run(
            'UPDATE events SET state = 3, finished_at = ?, error = ?, failure = ? WHERE seq = ?',
            now,
            diedText,
            diedText,
            row.seq,
          )
          tally.add({ active: -1, dead: 1 })
          const ended = { state: stateNumber.dead, finished_at: now, error: diedText, failure: diedText }
          dead.push(toStoredEvent({ ...row, ...ended }))
          continue
        }
        run('UPDATE events SET state = 0, due_at = ?, wait_ms = ? WHERE seq = ?', now + waitMs, waitMs, row.seq)
        tally.add({ active: -1, pending: 1, retrying: toNumber(row.failure !== null) })
      }
      return dead
    },

    unclaim,

    /** Shortens waits that are longer than they were when they began: the clock was set back. */
    correctClock(now: number): number {
      const text = `UPDATE events INDEXED BY events_due SET due_at = ? + wait_ms
        WHERE state = 0 AND provider = ? AND due_at > ? AND due_at < ${aside} AND due_at > ? + wait_ms`
      return findProviders().reduce((sum, provider) => sum + run(text, now, provider, now, now), 0)
    },
  }
}

function begun({ begun_at: begunAt, worker }: EventRow, attempt: number) {
  return { number: attempt, begunAt: begunAt ?? 0, worker: worker ?? undefined }
}

// It names the index and repeats what that is for: SQLite must not read every earlier event instead.
function hasEarlier(states: string): string {
  return `order_key IS NOT NULL AND EXISTS (SELECT 1 FROM events earlier INDEXED BY events_line
    WHERE earlier.order_key IS NOT NULL AND earlier.order_key = events.order_key AND earlier.seq < events.seq
    AND earlier.state IN ${states})`
}

const isFirst = `seq = (SELECT min(earlier.seq) FROM events earlier INDEXED BY events_line
  WHERE earlier.order_key IS NOT NULL AND earlier.order_key = events.order_key AND earlier.state = 0)`

const toNumber = (is: boolean): number => (is ? 1 : 0)

const isBehind: Readonly<Record<OrderMode, string>> = {
  none: 'false',
  serial: hasEarlier('(0, 1)'),
  strict: hasEarlier('(0, 1, 3)'),
}
