import type { MinuteCount, ChangeOptions, EventFilter } from '../engine.ts'
import type { Executor } from './database.ts'
import { createHistory, readCurrentAttempt } from './history.ts'
import type { Opened } from './open.ts'
import type { Row } from './postgres.ts'
import { toText } from './rows.ts'
import type { Sql } from './sql.ts'

// Most events of a selection in one transaction, so that nothing waits long for its locks.
const atOnce = 500

const minutesKeptMs = 7 * 86_400_000

/** Replays, discards and deletes events, and keeps counts. */
export type Operations = ReturnType<typeof createOperations>

export function createOperations({ jobs, query, look, inTransaction }: Opened, sql: Sql) {
  const history = createHistory(jobs.name, sql.history, inTransaction)

  /** Goes through a selection once, in its order, so that an event that matches again meanwhile is not changed twice. */
  async function change(
    filter: EventFilter,
    condition: string,
    { signal, onProgress }: ChangeOptions,
    work: (db: Executor, rows: readonly Row[]) => Promise<void>,
  ): Promise<number> {
    let count = 0
    let after: string | undefined
    // What is stored meanwhile is left.
    const [newest = {}] = await query(sql.newest, [jobs.name])
    const until = Math.min(filter.until ?? Infinity, Number(newest['now']) + 1)
    const isWanted = (): boolean => signal?.aborted !== true
    while (isWanted()) {
      const { candidates, toMatches, values } = sql.select(
        { ...filter, until },
        { queue: jobs.name, sort: 'oldest', after, size: atOnce },
      )
      const found = await look(sql.findCandidates(candidates), values)
      const seqs = found.map((row) => String(row['seq'])).filter((seq) => BigInt(seq) <= BigInt(String(newest['seq'])))
      const given: unknown[] = [jobs.name, seqs]
      count += await changeGiven(given, `${condition} AND ${toMatches(given)}`, work)
      if (found.length > 0) onProgress?.(count)
      if (found.length < atOnce) break
      after = String(found.at(-1)!['cursor'])
    }
    return count
  }

  async function changeGiven(
    values: unknown[],
    matches: string,
    work: (db: Executor, rows: readonly Row[]) => Promise<void>,
  ): Promise<number> {
    return inTransaction(async (db) => {
      const { rows } = await db.executeSql(sql.lockEvents(matches), values)
      if (rows.length > 0) await work(db, rows)
      return rows.length
    })
  }

  async function forget(db: Executor, ids: readonly string[]): Promise<void> {
    // Events first: then there is no state to follow what becomes of the jobs.
    for (const text of [sql.leaveLine, sql.deleteEvents]) await db.executeSql(text, [jobs.name, [...ids]])
    await jobs.remove(db, ids)
  }

  const toIds = (rows: readonly Row[]): string[] => rows.map((row) => String(row['id']))

  return {
    replay: (filter: EventFilter, options: ChangeOptions = {}): Promise<number> =>
      change(filter, `job.state > 'active'`, options, async (db, rows) => {
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
        for (const text of [sql.reopen, sql.joinLine]) await db.executeSql(text, [jobs.name, toIds(rows)])
      }),

    discard: (filter: EventFilter, options: ChangeOptions = {}): Promise<number> =>
      change(filter, `job.state <> 'active'`, options, (db, rows) => forget(db, toIds(rows))),

    /** Deletes a part of what was finished long enough ago; resolves to how many. */
    prune: (retentionMs: number, deadRetentionMs: number): Promise<number> =>
      inTransaction(async (db) => {
        const { rows } = await db.executeSql(sql.lockForgettable, [jobs.name, retentionMs, deadRetentionMs])
        if (rows.length > 0) await forget(db, toIds(rows))
        else await history.forgetWorkers(db)
        return rows.length
      }),

    addDuplicates: history.addDuplicates,

    addMinutes: (counts: readonly MinuteCount[]): Promise<unknown> => {
      const rows = counts.map((count) => ({ ...count, provider: toText(count.provider) }))
      return query(sql.keep.addMinutes, [jobs.name, JSON.stringify(rows)])
    },

    forgetMinutes: (): Promise<unknown> => query(sql.keep.forgetMinutes, [jobs.name, minutesKeptMs]),

    foldCounts: (): Promise<unknown> => query(sql.keep.foldCounts, [jobs.name]),
  }
}
