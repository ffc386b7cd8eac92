import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { EventFilter, EventPage, Page, StoredEvent } from '../engine.ts'
import { toCondition } from './filter.ts'
import { createQueue } from './queue.ts'
import { toStoredEvent, type EventRow, type NewRow } from './rows.ts'
import { createSpace } from './space.ts'

/** Statements by their text, each prepared once. */
export interface Statements {
  prepare(sql: string): StatementSync
  all(sql: string, ...values: SQLInputValue[]): EventRow[]
  /** Resolves to the number of rows changed. */
  run(sql: string, ...values: SQLInputValue[]): number
  /** The one number a query answers with; `null` where it has none. */
  number(sql: string, ...values: SQLInputValue[]): number | null
}

/** Everything an inbox does with one connection. Runs inside the caller's transaction. */
export type Store = ReturnType<typeof createStore>

export function createStore(database: DatabaseSync, path: string, maxBytes: number) {
  const statements = createStatements(database)
  const { prepare, all, run } = statements
  const space = createSpace(database, statements, path, maxBytes)

  return {
    ...createQueue(statements),
    shrink: space.shrink,

    /** @throws InboxError `INBOX_FULL` */
    insert({ key, provider, type, id, orderKey, envelope, body }: NewRow, now: number): 'stored' | 'duplicate' {
      if (prepare('SELECT 1 FROM events WHERE key = ?').get(key) !== undefined) return 'duplicate'
      space.checkRoom(envelope.length + body.byteLength)
      const { lastInsertRowid } = prepare(
        'INSERT INTO events (key, provider, type, id, order_key, stored_at, due_at, envelope) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      ).run(key, provider, type, id, orderKey, now, now, envelope)
      run('INSERT INTO bodies (seq, body) VALUES (?, ?)', lastInsertRowid, body)
      return 'stored'
    },

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

    /** Forgets finished events, a few at a time; resolves to how many. */
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
    bytes: space.bytes,
  }
}

function createStatements(database: DatabaseSync): Statements {
  const prepared = new Map<string, StatementSync>()
  function prepare(sql: string): StatementSync {
    const known = prepared.get(sql) ?? database.prepare(sql)
    prepared.set(sql, known)
    return known
  }
  return {
    prepare,
    all: (sql, ...values) => prepare(sql).all(...values) as unknown as EventRow[],
    run: (sql, ...values) => Number(prepare(sql).run(...values).changes),
    number(sql, ...values) {
      const [value] = Object.values(prepare(sql).get(...values) ?? {})
      return typeof value === 'number' ? value : null
    },
  }
}
