import type { SQLInputValue } from 'node:sqlite'
import type { EventFilter, EventPage, InboxStats, Page, StoredEvent } from '../engine.ts'
import { toStoredEvent } from './rows.ts'
import { stateNumber } from './schema.ts'
import type { Statements } from './statements.ts'

/** Reads and changes stored events; inside the caller's transaction. */
export function createOperations({ all, run, number }: Statements) {
  return {
    list({ limit = 50, after, ...filter }: EventFilter & Page): EventPage {
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

    replay(filter: EventFilter, now: number): number {
      const { where, values } = toCondition(filter)
      return run(
        `UPDATE events SET state = 0, attempts = 0, due_at = ?, wait_ms = 0, finished_at = NULL WHERE state >= 2 AND ${where}`,
        now,
        ...values,
      )
    },

    discard(filter: EventFilter): number {
      const { where, values } = toCondition(filter)
      run(`DELETE FROM bodies WHERE seq IN (SELECT seq FROM events WHERE state <> 1 AND ${where})`, ...values)
      return run(`DELETE FROM events WHERE state <> 1 AND ${where}`, ...values)
    },

    /** Deletes finished events, up to `most` of each kind; returns how many. */
    prune(doneBefore: number, deadBefore: number, most: number): number {
      const rows = [
        ...all('SELECT seq FROM events WHERE state = 2 AND finished_at < ? LIMIT ?', doneBefore, most),
        ...all('SELECT seq FROM events WHERE state = 3 AND finished_at < ? LIMIT ?', deadBefore, most),
      ]
      for (const { seq } of rows) {
        run('DELETE FROM bodies WHERE seq = ?', seq)
        run('DELETE FROM events WHERE seq = ?', seq)
      }
      return rows.length
    },

    stats(now: number): InboxStats {
      const count = (state: number): number => number(`SELECT count(*) FROM events WHERE state = ${state}`) ?? 0
      const counts = { pending: count(0), active: count(1), done: count(2), dead: count(3) }
      const oldest = number('SELECT min(stored_at) FROM events WHERE state = 0')
      return oldest === null ? { counts } : { counts, oldestPendingMs: Math.max(0, now - oldest) }
    },
  }
}

/** The SQL condition of a filter, and its values. */
function toCondition(filter: EventFilter): { readonly where: string; readonly values: readonly SQLInputValue[] } {
  const { state, provider, type, since, search, keys } = filter
  const parts: string[] = []
  const values: SQLInputValue[] = []
  function add(sql: string, value: SQLInputValue): void {
    parts.push(sql)
    values.push(value)
  }
  if (state !== undefined) add('state = ?', stateNumber[state])
  if (provider !== undefined) add('provider = ?', provider)
  if (type !== undefined) add('type = ?', type)
  if (since !== undefined) add('stored_at >= ?', since)
  if (search !== undefined) add("instr(id || ' ' || type || ' ' || coalesce(error, ''), ?) > 0", search)
  if (keys !== undefined) add('key IN (SELECT value FROM json_each(?))', JSON.stringify(keys))
  return { where: parts.length === 0 ? '1' : parts.join(' AND '), values }
}
