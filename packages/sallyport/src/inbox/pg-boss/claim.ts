import type { AttemptResult } from '../attempt.ts'
import type { ClaimedEvent } from '../consumer.ts'
import type { OrderMode, StoredEvent } from '../engine.ts'
import { delayAfterLostAttempt, type RetryPolicy } from '../retry-policy.ts'
import type { Executor } from './database.ts'
import type { ClaimedJob } from './jobs.ts'
import type { Opened } from './open.ts'
import type { Row } from './postgres.ts'
import { toStoredEvent } from './rows.ts'
import type { Sql } from './sql.ts'

/** An event claimed for one attempt. */
export interface PgBossClaim extends ClaimedEvent {
  readonly job: ClaimedJob
}

/** What became of an attempt. */
export interface Settlement extends Omit<AttemptResult, 'thrown'> {
  readonly job: ClaimedJob
  readonly isOrdered: boolean
}

/** What became of claims whose process ended. */
export interface Recovered {
  readonly dead: readonly StoredEvent[]
  /** How many are retried. */
  readonly count: number
}

const lostText = 'its process ended or was not heard of during the last run'

/** Claims events, settles them, and finds those whose process ended. */
export type Claims = ReturnType<typeof createClaims>

export function createClaims({ jobs, database, inTransaction }: Opened, sql: Sql) {
  async function releaseHeads(db: Executor, most: number): Promise<void> {
    // One process at a time: two at the same moment could each release another event of one line.
    await db.executeSql(sql.lockOrder, [jobs.name])
    const { rows } = await db.executeSql(sql.releaseOldest, [jobs.name, most])
    const missing = most - rows.length
    const more = missing === 0 ? [] : (await db.executeSql(sql.releaseAny, [jobs.name, missing])).rows
    await jobs.show(db, toIds([...rows, ...more]))
  }

  return {
    /** @param isWanted asked before the claim is committed */
    claim: (most: number, order: OrderMode, isWanted: () => boolean): Promise<readonly PgBossClaim[]> =>
      inTransaction(async (db) => {
        if (order !== 'none') await releaseHeads(db, most)
        const claimed = await jobs.fetch(db, most, order !== 'none')
        if (claimed.length === 0) return []
        const { rows } = await db.executeSql(sql.readEvents, [jobs.name, claimed.map(({ id }) => id)])
        const rowOf = new Map(rows.map((row) => [row['id'], row]))
        // A job that something else put into the queue has no event to handle.
        for (const job of claimed)
          if (!rowOf.has(job.id)) await jobs.bury(db, job, 'this job is not an event of the inbox')
        if (!isWanted()) throw new Unwanted()
        return claimed.flatMap((job) => {
          const row = rowOf.get(job.id)
          return row === undefined ? [] : [{ job, event: toStoredEvent(row) }]
        })
      }).catch((error: unknown) => {
        if ((error as Error).cause instanceof Unwanted) return []
        throw error
      }),

    /** Writes outcomes; resolves to whether each claim was still held. */
    settle: (settlements: readonly Settlement[], order: OrderMode): Promise<readonly boolean[]> =>
      inTransaction(async (db) => {
        const claimed = settlements.map(({ job }) => job)
        const values = [jobs.name, claimed.map(({ id }) => id), claimed.map(({ retryCount }) => retryCount)]
        const held = new Set(toIds((await db.executeSql(sql.lockRuns, values)).rows))
        const stillHeld = settlements.filter(({ job }) => held.has(job.id))
        const handled = stillHeld.flatMap(({ outcome, job }) => (outcome === 'handled' ? [job] : []))
        if (handled.length > 0) await jobs.complete(db, handled)
        for (const { outcome, job, error = '', waitMs = 0 } of stillHeld) {
          if (outcome === 'retried') await jobs.retry(db, job, error, waitMs)
          if (outcome === 'dead') await jobs.bury(db, job, error)
        }
        await moveLines(db, stillHeld, order)
        return settlements.map(({ job }) => held.has(job.id))
      }),

    /** Renews the leases of these claims. */
    async keep(claims: readonly PgBossClaim[]): Promise<void> {
      const held = claims.map(({ job }) => job)
      if (held.length > 0) await jobs.touch(database, held)
    },

    /**
     * Takes back claims whose process renewed no lease for so long, by the rule of `delayAfterLostAttempt`; resolves to the
     * events that are dead by it, and to how many are retried.
     */
    recover: (leaseMs: number, retry: RetryPolicy, order: OrderMode): Promise<Recovered> =>
      inTransaction(async (db) => {
        if (order !== 'none') await db.executeSql(sql.leaveGone, [jobs.name])
        const { rows } = await db.executeSql(sql.lockLostRuns, [jobs.name, leaseMs])
        const dead: Settlement[] = []
        for (const row of rows) {
          const job = { id: String(row['id']), retryCount: Number(row['retry_count']) }
          const waitMs = delayAfterLostAttempt(retry, job.retryCount + 1)
          if (waitMs === undefined) {
            await jobs.bury(db, job, lostText)
            dead.push({ job, isOrdered: true, outcome: 'dead', error: lostText })
          } else {
            await jobs.retry(db, job, lostText, waitMs)
          }
        }
        if (dead.length === 0) return { dead: [], count: rows.length }
        await moveLines(db, dead, order)
        const text = sql.list('event.id = ANY ($2::uuid[])', String(dead.length))
        const events = await db.executeSql(text, [jobs.name, dead.map(({ job }) => job.id)])
        return { dead: events.rows.map(toStoredEvent), count: rows.length - dead.length }
      }),

    /** Adjusts the lines to what an order means for dead events. */
    prepareOrder: (order: OrderMode): Promise<void> =>
      inTransaction(async (db) => {
        await db.executeSql(order === 'strict' ? sql.joinDead : sql.leaveDead, [jobs.name])
      }),
  }

  async function moveLines(db: Executor, settled: readonly Settlement[], order: OrderMode): Promise<void> {
    const ordered = settled.filter(({ isOrdered }) => isOrdered)
    const isHolding = ({ outcome }: Settlement): boolean => outcome === 'dead' && order === 'strict'
    const isLeaving = (settlement: Settlement): boolean => settlement.outcome !== 'retried' && !isHolding(settlement)
    const leaving = ordered.filter(isLeaving)
    const holding = ordered.filter(isHolding)
    const idsOf = (some: readonly Settlement[]): string[] => some.map(({ job }) => job.id)
    if (leaving.length > 0) await db.executeSql(sql.leaveLine, [jobs.name, idsOf(leaving)])
    if (holding.length > 0) await db.executeSql(sql.holdLine, [jobs.name, idsOf(holding)])
  }
}

/** Undoes a claim that came too late: the consumer has stopped. */
class Unwanted extends Error {}

const toIds = (rows: readonly Row[]): string[] => rows.map((row) => String(row['id']))
