import type { EventFilter, EventPage, EventState, InboxStats, Page, StoredEvent } from '../engine.ts'
import type { Executor } from './database.ts'
import { toEventId } from './event-id.ts'
import { toCondition } from './filter.ts'
import type { Row } from './postgres.ts'
import type { Queue } from './queue.ts'
import { stateConditions, toState, toStoredEvent } from './rows.ts'
import type { Sql } from './sql.ts'
import type { RunInTransaction, RunQuery } from './transaction.ts'

/** What operating one queue needs. */
export interface OperateOptions {
  readonly queue: Queue
  readonly sql: Sql
  readonly query: RunQuery
  readonly inTransaction: RunInTransaction
  /** The table of its jobs. */
  readonly table: string
}

// Of a large selection, so many in one transaction: nobody waits long for its locks.
const atOnce = 500

/** Looking at events, replaying, discarding and forgetting them. */
export type Operations = ReturnType<typeof createOperations>

export function createOperations({ queue, sql, query, inTransaction, table }: OperateOptions) {
  /** Goes through a selection once, in its order: what changes meanwhile and matches again is not met again. */
  async function change(
    filter: EventFilter,
    condition: string,
    work: (db: Executor, rows: readonly Row[]) => Promise<void>,
  ): Promise<number> {
    let count = 0
    let last = '0'
    for (let size = atOnce; size === atOnce;) {
      const { where, values } = toCondition(filter, [queue.name, last])
      const rows = await inTransaction(async (db) => {
        const text = sql.lockEvents(`event.seq > $2::bigint AND ${condition} AND ${where}`, String(atOnce))
        const found = (await db.executeSql(text, [...values])).rows
        if (found.length > 0) await work(db, found)
        return found
      })
      size = rows.length
      count += size
      last = String(rows.at(-1)?.['seq'])
    }
    return count
  }

  async function forget(db: Executor, ids: readonly string[]): Promise<void> {
    await queue.remove(db, ids)
    for (const text of [sql.leaveLine, sql.deleteEvents]) await db.executeSql(text, [queue.name, [...ids]])
  }

  const toIds = (rows: readonly Row[]): string[] => rows.map((row) => String(row['id']))

  return {
    async list(filter: EventFilter, { limit = 50, after = '0' }: Page): Promise<EventPage> {
      const { where, values } = toCondition(filter, [queue.name, after, limit + 1])
      const rows = await query(sql.list(`event.seq > $2::bigint AND ${where}`, '$3'), values)
      const events = rows.slice(0, limit).map(toStoredEvent)
      return rows.length > limit ? { events, next: String(rows[limit - 1]!['seq']) } : { events }
    },

    async get(key: string): Promise<StoredEvent | undefined> {
      const [row] = await query(sql.readEvents, [queue.name, [toEventId(key)]])
      return row && toStoredEvent(row)
    },

    replay: (filter: EventFilter): Promise<number> =>
      change(filter, `job.state > 'active'`, async (db, rows) => {
        const jobs = rows.map((row) => ({
          id: String(row['id']),
          provider: String(row['provider']),
          type: String(row['type']),
          isOrdered: row['order_id'] !== null,
        }))
        await queue.renew(db, jobs)
        await db.executeSql(sql.joinLine, [queue.name, toIds(rows)])
      }),

    discard: (filter: EventFilter): Promise<number> =>
      change(filter, `NOT ${stateConditions.active}`, (db, rows) => forget(db, toIds(rows))),

    /** Forgets a part of what was finished long enough ago; resolves to how many. */
    prune: (retentionMs: number, deadRetentionMs: number): Promise<number> =>
      inTransaction(async (db) => {
        const { rows } = await db.executeSql(sql.lockForgettable, [queue.name, retentionMs, deadRetentionMs])
        if (rows.length > 0) await forget(db, toIds(rows))
        return rows.length
      }),

    async stats(): Promise<InboxStats> {
      const counts: Record<EventState, number> = { pending: 0, active: 0, done: 0, dead: 0 }
      for (const row of await query(sql.countStates, [queue.name]))
        counts[toState(row['state'])] += Number(row['count'])
      const [oldest] = await query(sql.oldestPending, [queue.name])
      const [size] = await query(sql.measure, [table])
      const bytes = Number(size?.['bytes'])
      const age = oldest?.['age'] ?? undefined
      return age === undefined ? { counts, bytes } : { counts, bytes, oldestPendingMs: Math.max(0, Number(age)) }
    },
  }
}
