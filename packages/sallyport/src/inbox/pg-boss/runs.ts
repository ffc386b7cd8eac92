import type { OrderMode, StoredEvent } from '../engine.ts'
import { retryDelay, type RetryPolicy } from '../retry-policy.ts'
import type { Database, Executor } from './database.ts'
import type { Row } from './postgres.ts'
import type { Queue, Run } from './queue.ts'
import { toStoredEvent } from './rows.ts'
import type { Sql } from './sql.ts'
import type { RunInTransaction } from './transaction.ts'

/** An event claimed for one run. */
export interface Claim {
  readonly run: Run
  readonly event: StoredEvent
}

/** What became of a run. */
export type Settlement = { readonly run: Run; readonly isOrdered: boolean } & (
  | { readonly outcome: 'handled' }
  | { readonly outcome: 'dead'; readonly error: string }
  | { readonly outcome: 'retried'; readonly error: string; readonly delayMs: number }
)

/** What became of runs whose worker was lost. */
export interface Recovered {
  readonly dead: readonly StoredEvent[]
  /** How many run again. */
  readonly count: number
}

// A process that ends says little about the event it was handling: even where one run was asked for, there are three.
const fewestRuns = 3
const lostText = 'its process ended or was not heard of during the last run'

/** What the runs of one queue need. */
export interface RunsOptions {
  readonly queue: Queue
  readonly sql: Sql
  readonly database: Database
  readonly inTransaction: RunInTransaction
}

/** Claiming events, settling them, and finding those whose worker is gone. */
export type Runs = ReturnType<typeof createRuns>

export function createRuns({ queue, sql, database, inTransaction }: RunsOptions) {
  async function releaseHeads(db: Executor, most: number): Promise<void> {
    // One at a time, over all processes: two that look at the same moment could each release another event of one line.
    await db.executeSql(sql.lockOrder, [queue.name])
    const { rows } = await db.executeSql(sql.releaseOldest, [queue.name, most])
    const missing = most - rows.length
    const more = missing === 0 ? [] : (await db.executeSql(sql.releaseAny, [queue.name, missing])).rows
    await queue.show(db, toIds([...rows, ...more]))
  }

  return {
    /** @param isWanted asked before the claim is made final */
    claim: (most: number, order: OrderMode, isWanted: () => boolean): Promise<readonly Claim[]> =>
      inTransaction(async (db) => {
        if (order !== 'none') await releaseHeads(db, most)
        const runs = await queue.fetch(db, most, order !== 'none')
        if (runs.length === 0) return []
        const { rows } = await db.executeSql(sql.readEvents, [queue.name, runs.map(({ id }) => id)])
        const rowOf = new Map(rows.map((row) => [row['id'], row]))
        // What somebody else sent to the queue has no event: nothing here can handle it.
        for (const run of runs)
          if (!rowOf.has(run.id)) await queue.bury(db, run, 'this job is not an event of the inbox')
        if (!isWanted()) throw new Unwanted()
        return runs.flatMap((run) => {
          const row = rowOf.get(run.id)
          return row === undefined ? [] : [{ run, event: toStoredEvent(row) }]
        })
      }).catch((error: unknown) => {
        if ((error as Error).cause instanceof Unwanted) return []
        throw error
      }),

    /** Writes outcomes; resolves to whether each was still ours to write. */
    settle: (settlements: readonly Settlement[], order: OrderMode): Promise<readonly boolean[]> =>
      inTransaction(async (db) => {
        const runs = settlements.map(({ run }) => run)
        const values = [queue.name, runs.map(({ id }) => id), runs.map(({ retryCount }) => retryCount)]
        const held = new Set(toIds((await db.executeSql(sql.lockRuns, values)).rows))
        const ours = settlements.filter(({ run }) => held.has(run.id))
        const handled = ours.flatMap(({ outcome, run }) => (outcome === 'handled' ? [run] : []))
        if (handled.length > 0) await queue.complete(db, handled)
        for (const settlement of ours) {
          if (settlement.outcome === 'retried')
            await queue.retry(db, settlement.run, settlement.error, settlement.delayMs)
          if (settlement.outcome === 'dead') await queue.bury(db, settlement.run, settlement.error)
        }
        await moveLines(db, ours, order)
        return settlements.map(({ run }) => held.has(run.id))
      }),

    /** Says that these are still at work. */
    async keep(runs: readonly Run[]): Promise<void> {
      await queue.touch(database, runs)
    },

    /**
     * Ends runs whose worker was not heard of for so long. Their events run again: at once after the first such end, then
     * after the waits of the policy, so that an event that kills its process meets the others no more. With its runs used
     * up an event is dead; resolves to those, and to how many go on.
     */
    recover: (leaseMs: number, retry: RetryPolicy, order: OrderMode): Promise<Recovered> =>
      inTransaction(async (db) => {
        if (order !== 'none') await db.executeSql(sql.leaveGone, [queue.name])
        const { rows } = await db.executeSql(sql.lockLostRuns, [queue.name, leaseMs])
        const dead: Settlement[] = []
        for (const row of rows) {
          const run = { id: String(row['id']), retryCount: Number(row['retry_count']) }
          const attempt = run.retryCount + 1
          if (attempt >= Math.max(fewestRuns, retry.attempts)) {
            await queue.bury(db, run, lostText)
            dead.push({ run, isOrdered: true, outcome: 'dead', error: lostText })
          } else {
            await queue.retry(db, run, lostText, attempt < 2 ? 0 : retryDelay(retry, attempt - 1, Math.random()))
          }
        }
        if (dead.length === 0) return { dead: [], count: rows.length }
        await moveLines(db, dead, order)
        const text = sql.list('event.id = ANY ($2::uuid[])', String(dead.length))
        const events = await db.executeSql(text, [queue.name, dead.map(({ run }) => run.id)])
        return { dead: events.rows.map(toStoredEvent), count: rows.length - dead.length }
      }),

    /** Brings the lines to what an order means for dead events. */
    prepareOrder: (order: OrderMode): Promise<void> =>
      inTransaction(async (db) => {
        await db.executeSql(order === 'strict' ? sql.joinDead : sql.leaveDead, [queue.name])
      }),
  }

  async function moveLines(db: Executor, settled: readonly Settlement[], order: OrderMode): Promise<void> {
    const ordered = settled.filter(({ isOrdered }) => isOrdered)
    const isHolding = ({ outcome }: Settlement): boolean => outcome === 'dead' && order === 'strict'
    const isLeaving = (settlement: Settlement): boolean => settlement.outcome !== 'retried' && !isHolding(settlement)
    const leaving = ordered.filter(isLeaving)
    const holding = ordered.filter(isHolding)
    const idsOf = (some: readonly Settlement[]): string[] => some.map(({ run }) => run.id)
    if (leaving.length > 0) await db.executeSql(sql.leaveLine, [queue.name, idsOf(leaving)])
    if (holding.length > 0) await db.executeSql(sql.holdLine, [queue.name, idsOf(holding)])
  }
}

/** Ends a claim that came too late: nobody is left to run what it found. */
class Unwanted extends Error {}

const toIds = (rows: readonly Row[]): string[] => rows.map((row) => String(row['id']))
