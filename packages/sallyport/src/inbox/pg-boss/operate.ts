import type { EventFilter, EventPage, EventState, InboxStats, Page, StoredEvent } from '../engine.ts'
import type { Executor } from './database.ts'
import { createHistory, readCurrentAttempt, readHistory } from './history.ts'
import type { Opened } from './open.ts'
import type { Row } from './postgres.ts'
import { stateConditions, toEventId, toState, toStoredEvent, toText } from './rows.ts'
import type { Sql } from './sql.ts'

// Most events of a selection in one transaction, so that nothing waits long for its locks.
const atOnce = 500

// Both ways along one index; the second begins at the largest `bigint`.
const ways = {
  oldest: { isBehind: '>', start: '0', by: 'ASC' },
  newest: { isBehind: '<', start: '9223372036854775807', by: 'DESC' },
} as const

/** Reads, replays, discards and deletes events. */
export type Operations = ReturnType<typeof createOperations>

export function createOperations({ jobs, query, inTransaction, table }: Opened, sql: Sql) {
  const history = createHistory(jobs.name, sql.history, inTransaction)

  /** Goes through a selection once, in its order, so that an event that matches again meanwhile is not changed twice. */
  async function change(
    filter: EventFilter,
    condition: string,
    work: (db: Executor, rows: readonly Row[]) => Promise<void>,
  ): Promise<number> {
    let count = 0
    let last = '0'
    // What is stored meanwhile is left.
    const [newest] = await query(sql.newest, [jobs.name])
    for (let size = atOnce; size === atOnce;) {
      const { where, values } = toCondition(filter, [jobs.name, last, newest?.['seq'] ?? '0'])
      const rows = await inTransaction(async (db) => {
        const text = sql.lockEvents(
          `event.seq > $2::bigint AND event.seq <= $3::bigint AND ${condition} AND ${where}`,
          String(atOnce),
        )
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
    await jobs.remove(db, ids)
    for (const text of [sql.leaveLine, sql.deleteEvents]) await db.executeSql(text, [jobs.name, [...ids]])
  }

  const toIds = (rows: readonly Row[]): string[] => rows.map((row) => String(row['id']))

  return {
    async list({ limit = 50, after, sort = 'oldest', ...filter }: EventFilter & Page): Promise<EventPage> {
      const { isBehind, start, by } = ways[sort]
      const { where, values } = toCondition(filter, [jobs.name, after ?? start, limit + 1])
      const rows = await query(sql.list(`event.seq ${isBehind} $2::bigint AND ${where}`, '$3', by), values)
      const events = rows.slice(0, limit).map(toStoredEvent)
      return rows.length > limit ? { events, next: String(rows[limit - 1]!['seq']) } : { events }
    },

    async get(key: string): Promise<StoredEvent | undefined> {
      const [row] = await query(sql.readEvent, [jobs.name, toEventId(key)])
      return row && { ...toStoredEvent(row), history: readHistory(row) }
    },

    replay: (filter: EventFilter): Promise<number> =>
      change(filter, `job.state > 'active'`, async (db, rows) => {
        const again = rows.map((row) => ({
          id: String(row['id']),
          provider: String(row['provider']),
          type: String(row['type']),
          isOrdered: row['order_id'] !== null,
        }))
        const ended = rows.flatMap((row) => {
          const attempt = readCurrentAttempt(row)
          return attempt === undefined ? [] : [{ id: String(row['id']), attempt }]
        })
        await history.keep(db, ended)
        await jobs.renew(db, again)
        await db.executeSql(sql.joinLine, [jobs.name, toIds(rows)])
      }),

    discard: (filter: EventFilter): Promise<number> =>
      change(filter, `NOT ${stateConditions.active}`, (db, rows) => forget(db, toIds(rows))),

    /** Deletes a part of what was finished long enough ago; resolves to how many. */
    prune: (retentionMs: number, deadRetentionMs: number): Promise<number> =>
      inTransaction(async (db) => {
        const { rows } = await db.executeSql(sql.lockForgettable, [jobs.name, retentionMs, deadRetentionMs])
        if (rows.length > 0) await forget(db, toIds(rows))
        else await history.forgetWorkers(db)
        return rows.length
      }),

    addDuplicates: history.addDuplicates,

    async stats(): Promise<InboxStats> {
      const counts: Record<EventState, number> = { pending: 0, active: 0, done: 0, dead: 0 }
      for (const row of await query(sql.countStates, [jobs.name])) counts[toState(row['state'])] += Number(row['count'])
      const [oldest] = await query(sql.oldestPending, [jobs.name])
      const [size] = await query(sql.measure, [table])
      const bytes = Number(size?.['bytes'])
      const age = oldest?.['age'] ?? undefined
      return age === undefined ? { counts, bytes } : { counts, bytes, oldestPendingMs: Math.max(0, Number(age)) }
    },
  }
}

/** The SQL condition of a filter over an event and its job; its values come after those given. */
function toCondition(
  filter: EventFilter,
  before: readonly unknown[],
): { readonly where: string; readonly values: readonly unknown[] } {
  const values = [...before]
  const parts: string[] = []
  const add = (toSql: (parameter: string) => string, value: unknown): void => {
    values.push(value)
    parts.push(toSql(`$${values.length}`))
  }
  if (filter.state !== undefined) parts.push(stateConditions[filter.state])
  if (filter.provider !== undefined) add((parameter) => `event.provider = ${parameter}`, toText(filter.provider))
  if (filter.type !== undefined) add((parameter) => `event.type = ${parameter}`, toText(filter.type))
  if (filter.since !== undefined) {
    add((parameter) => `event.stored_at >= to_timestamp(${parameter}::float8 / 1000)`, filter.since)
  }
  if (filter.search !== undefined) {
    const text = `event.event_id || ' ' || event.type || ' ' || coalesce(job.output ->> 'message', '')`
    add((parameter) => `strpos(${text}, ${parameter}::text) > 0`, toText(filter.search))
  }
  if (filter.keys !== undefined) add((parameter) => `event.id = ANY (${parameter}::uuid[])`, filter.keys.map(toEventId))
  return { where: parts.length === 0 ? 'true' : parts.join(' AND '), values }
}
