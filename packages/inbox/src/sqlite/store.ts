import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { EventFilter, EventPage, InboxStats, NewEvent, OrderMode, Page, StoredEvent } from '../engine.ts'
import { toEnvelope, toStoredEvent, type EventRow } from './rows.ts'
import { stateNumber, states } from './schema.ts'

/** What became of a run. */
export interface Settlement {
  readonly key: string
  readonly outcome: 'handled' | 'retried' | 'dead'
  readonly at: number
  /** For `retried`: when the next run is due. */
  readonly dueAt?: number
  readonly error?: string
}

/** Events claimed, and when to ask again. */
export interface Claimed {
  readonly events: readonly StoredEvent[]
  /** When the next event that waits falls due. */
  readonly nextDueAt?: number
}

/** Every statement of the inbox, over one connection. Runs inside the caller's transaction. */
export type Store = ReturnType<typeof createStore>

export function createStore(database: DatabaseSync) {
  const statements = new Map<string, StatementSync>()
  function prepare(sql: string): StatementSync {
    const known = statements.get(sql) ?? database.prepare(sql)
    statements.set(sql, known)
    return known
  }
  const all = (sql: string, ...values: SQLInputValue[]): EventRow[] => prepare(sql).all(...values) as unknown as EventRow[]
  const run = (sql: string, ...values: SQLInputValue[]): number => Number(prepare(sql).run(...values).changes)

  return {
    accept(event: NewEvent, now: number): 'stored' | 'duplicate' {
      const inserted = prepare(
        `INSERT INTO events (key, provider, type, id, order_key, stored_at, envelope) VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (key) DO NOTHING`,
      ).run(event.key, event.provider, event.type, event.id, event.orderKey ?? null, now, toEnvelope(event))
      if (inserted.changes === 0) return 'duplicate'
      run('INSERT INTO bodies (seq, body) VALUES (?, ?)', inserted.lastInsertRowid, event.body)
      return 'stored'
    },

    /** @param horizonMs a wait longer than any policy gives means that the clock was set back: such an event is due */
    claim(limit: number, order: OrderMode, now: number, horizonMs: number): Claimed {
      const blocking = order === 'strict' ? '(0, 1, 3)' : '(0, 1)'
      const isFree =
        order === 'none'
          ? ''
          : `AND (order_key IS NULL OR NOT EXISTS (SELECT 1 FROM events earlier
               WHERE earlier.order_key = events.order_key AND earlier.seq < events.seq AND earlier.state IN ${blocking}))`
      const rows = all(
        `SELECT events.*, bodies.body FROM events JOIN bodies USING (seq)
         WHERE state = 0 AND (due_at <= ? OR due_at > ?) ${isFree} ORDER BY due_at, seq LIMIT ?`,
        now,
        now + horizonMs,
        limit,
      )
      for (const row of rows) run('UPDATE events SET state = 1, attempts = attempts + 1 WHERE seq = ?', row.seq)
      const next = prepare('SELECT min(due_at) AS due FROM events WHERE state = 0 AND due_at > ?').get(now) as { due: number | null }
      const events = rows.map((row) => toStoredEvent({ ...row, state: stateNumber.active, attempts: row.attempts + 1 }))
      return next.due === null ? { events } : { events, nextDueAt: next.due }
    },

    settle({ key, outcome, at, dueAt, error }: Settlement): void {
      if (outcome === 'handled') run('UPDATE events SET state = 2, finished_at = ?, error = NULL WHERE key = ? AND state = 1', at, key)
      if (outcome === 'dead') run('UPDATE events SET state = 3, finished_at = ?, error = ? WHERE key = ? AND state = 1', at, error ?? '', key)
      if (outcome === 'retried') run('UPDATE events SET state = 0, due_at = ?, error = ? WHERE key = ? AND state = 1', dueAt ?? 0, error ?? '', key)
    },

    /** What was at work when its process died is to run again. */
    recover: (): number => run('UPDATE events SET state = 0, due_at = 0 WHERE state = 1'),

    /** Gives back what was claimed and not begun, as if it had not been claimed. */
    unclaim: (key: string): number => run('UPDATE events SET state = 0, attempts = attempts - 1 WHERE key = ? AND state = 1', key),

    list(filter: EventFilter, { limit = 50, after }: Page): EventPage {
      const { where, values } = toCondition(filter)
      const rows = all(
        `SELECT * FROM events WHERE ${where} AND seq > ? ORDER BY seq LIMIT ?`,
        ...values,
        Number(after ?? 0),
        limit + 1,
      )
      const events = rows.slice(0, limit).map((row) => toStoredEvent(row))
      return rows.length > limit ? { events, next: String(rows[limit - 1]!.seq) } : { events }
    },

    get(key: string): StoredEvent | undefined {
      const [row] = all('SELECT events.*, bodies.body FROM events JOIN bodies USING (seq) WHERE key = ?', key)
      return row && toStoredEvent(row)
    },

    replay(filter: EventFilter): number {
      const { where, values } = toCondition(filter)
      return run(`UPDATE events SET state = 0, attempts = 0, due_at = 0, finished_at = NULL WHERE state >= 2 AND ${where}`, ...values)
    },

    discard(filter: EventFilter): number {
      const { where, values } = toCondition(filter)
      run(`DELETE FROM bodies WHERE seq IN (SELECT seq FROM events WHERE state <> 1 AND ${where})`, ...values)
      return run(`DELETE FROM events WHERE state <> 1 AND ${where}`, ...values)
    },

    /** Forgets finished events, a few at a time; resolves to how many. */
    prune(doneBefore: number, deadBefore: number, most: number): number {
      const rows = all(
        'SELECT seq FROM events WHERE (state = 2 AND finished_at < ?) OR (state = 3 AND finished_at < ?) LIMIT ?',
        doneBefore,
        deadBefore,
        most,
      )
      for (const { seq } of rows) {
        run('DELETE FROM bodies WHERE seq = ?', seq)
        run('DELETE FROM events WHERE seq = ?', seq)
      }
      return rows.length
    },

    stats(now: number): InboxStats {
      const counts = { pending: 0, active: 0, done: 0, dead: 0 }
      const rows = prepare('SELECT state, count(*) AS count FROM events GROUP BY state').all() as unknown as { state: number; count: number }[]
      for (const { state, count } of rows) counts[states[state]!] = count
      const { oldest } = prepare('SELECT min(stored_at) AS oldest FROM events WHERE state = 0').get() as { oldest: number | null }
      const { bytes } = prepare('SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size').get() as { bytes: number }
      return oldest === null ? { counts, bytes } : { counts, bytes, oldestPendingMs: Math.max(0, now - oldest) }
    },
  }
}

function toCondition(filter: EventFilter): { where: string; values: SQLInputValue[] } {
  const parts: string[] = []
  const values: SQLInputValue[] = []
  const add = (sql: string, ...more: SQLInputValue[]): void => {
    parts.push(sql)
    values.push(...more)
  }
  if (filter.state !== undefined) add('state = ?', stateNumber[filter.state])
  if (filter.provider !== undefined) add('provider = ?', filter.provider)
  if (filter.type !== undefined) add('type = ?', filter.type)
  if (filter.since !== undefined) add('stored_at >= ?', filter.since)
  if (filter.search !== undefined) {
    add("instr(id || ' ' || type || ' ' || coalesce(error, ''), ?) > 0", filter.search)
  }
  if (filter.keys !== undefined) add('key IN (SELECT value FROM json_each(?))', JSON.stringify(filter.keys))
  return { where: parts.length === 0 ? '1' : parts.join(' AND '), values }
}
