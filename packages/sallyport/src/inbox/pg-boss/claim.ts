import { randomUUID } from 'node:crypto'
import type { AttemptResult } from '../attempt.ts'
import type { ClaimedEvent } from '../consumer.ts'
import { workerName, type AttemptRecord } from '../history.ts'
import type { OrderMode, StoredEvent } from '../engine.ts'
import { delayAfterLostAttempt, type RetryPolicy } from '../retry-policy.ts'
import type { Executor } from './database.ts'
import { createHistory, type EndedAttempt } from './history.ts'
import { toGroup, type ClaimedJob, type FailedRun } from './jobs.ts'
import type { Opened } from './open.ts'
import type { Row } from './postgres.ts'
import { toStoredEvent, toText } from './rows.ts'
import type { Sql } from './sql.ts'

/** An event claimed for one attempt. */
export interface PgBossClaim extends ClaimedEvent {
  readonly job: ClaimedJob
  /** Milliseconds since 1970, by the clock of the database. */
  readonly begunAt: number
}

/** How many events to claim, and of whom. */
export interface ClaimOptions {
  readonly most: number
  readonly order: OrderMode
  /** Providers with a receiver; every one if it is left out. */
  readonly mine: readonly string[] | undefined
  /** Providers without one. */
  readonly ignored: readonly string[]
  /** What this process runs already. */
  readonly running: readonly PgBossClaim[]
}

/** Claims, or providers because of which nothing was claimed; then another claim may get events. */
export type Claimed = { readonly claims: readonly PgBossClaim[] } | { readonly others: readonly string[] }

/** What became of an attempt. */
export interface Settlement extends Pick<AttemptResult, 'outcome' | 'error' | 'waitMs' | 'shape'> {
  readonly job: ClaimedJob
  readonly isOrdered: boolean
  /** To be kept, unless it succeeded. */
  readonly attempt?: AttemptRecord | undefined
}

type Failed = Pick<Settlement, 'job' | 'error' | 'shape' | 'waitMs'>

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
  const history = createHistory(jobs.name, sql.history, inTransaction)
  const workerId = randomUUID()
  const worker = toText(workerName)

  async function releaseHeads(db: Executor, most: number, ignored: readonly string[]): Promise<void> {
    // One process at a time: two at the same moment could each release another event of one line.
    await db.executeSql(sql.lockOrder, [jobs.name])
    const groups = ignored.map(toGroup)
    const { rows } = await db.executeSql(sql.releaseOldest, [jobs.name, most, groups])
    const missing = most - rows.length
    const more = missing === 0 ? [] : (await db.executeSql(sql.releaseAny, [jobs.name, missing, groups])).rows
    await jobs.show(db, toIds([...rows, ...more]))
  }

  return {
    /**
     * Claims events, unless there is one of a provider that is not to be claimed: then nothing is, and the answer names these
     * providers, to be ignored from now on.
     *
     * @param isWanted asked before the claim is committed
     */
    claim: ({ most, order, mine, ignored, running }: ClaimOptions, isWanted: () => boolean): Promise<Claimed> =>
      inTransaction(async (db): Promise<Claimed> => {
        if (order !== 'none') await releaseHeads(db, most, ignored)
        const claimed = await jobs.fetch(db, { most, isOrdered: order !== 'none', ignored })
        if (claimed.length === 0) return { claims: [] }
        const held = [...running.map(({ job }) => job), ...claimed]
        const { rows } = await db.executeSql(sql.claimEvents, [
          jobs.name,
          idsOf(claimed),
          workerId,
          worker,
          idsOf(held),
          held.map(({ retryCount }) => retryCount),
        ])
        const found = new Map(
          rows.map((row) => [row['id'], { event: toStoredEvent(row), begunAt: Number(row['begun_at']) }]),
        )
        const others = [...found.values()]
          .map(({ event }) => event.provider)
          .filter((name) => mine?.includes(name) === false)
        if (others.length > 0) throw new Undone({ others })
        // A job that something else put into the queue has no event to handle.
        const strange = claimed.filter(({ id }) => !found.has(id))
        await bury(
          db,
          strange.map((job) => ({ job, error: 'this job is not an event of the inbox' })),
        )
        if (!isWanted()) throw new Undone({ claims: [] })
        const claims = claimed.flatMap((job) => {
          const claim = found.get(job.id)
          return claim === undefined ? [] : [{ job, ...claim }]
        })
        // Others may be due behind them.
        return claims.length > 0 ? { claims } : { others: [] }
      }).catch((error: unknown) => {
        const { cause } = error as Error
        if (cause instanceof Undone) return cause.answer
        throw error
      }),

    /** Writes outcomes; resolves to whether each claim was still held. */
    settle: (settlements: readonly Settlement[], order: OrderMode): Promise<readonly boolean[]> =>
      inTransaction(async (db) => {
        const claimed = settlements.map(({ job }) => job)
        const attempts = settlements.map(({ attempt }) => (attempt === undefined ? null : JSON.stringify(attempt)))
        const values = [jobs.name, idsOf(claimed), claimed.map(({ retryCount }) => retryCount), attempts]
        const held = new Set(toIds((await db.executeSql(sql.lockRuns, values)).rows))
        const stillHeld = settlements.filter(({ job }) => held.has(job.id))
        const handled = stillHeld.flatMap(({ outcome, job }) => (outcome === 'handled' ? [job] : []))
        if (handled.length > 0) await jobs.complete(db, handled, worker)
        const isOutcome = (wanted: Settlement['outcome']) => stillHeld.filter(({ outcome }) => outcome === wanted)
        await retry(db, isOutcome('retried'))
        await bury(db, isOutcome('dead'))
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
    recover: (leaseMs: number, policy: RetryPolicy, order: OrderMode): Promise<Recovered> =>
      inTransaction(async (db) => {
        if (order !== 'none') await db.executeSql(sql.leaveGone, [jobs.name])
        const { rows } = await db.executeSql(sql.lockLostRuns, [jobs.name, leaseMs])
        await history.keep(db, rows.map(toLostAttempt))
        const lost = rows.map((row): Settlement => {
          const job = { id: String(row['id']), retryCount: Number(row['retry_count']) }
          const waitMs = delayAfterLostAttempt(policy, job.retryCount + 1)
          const outcome = waitMs === undefined ? 'dead' : 'retried'
          return { job, isOrdered: true, outcome, error: lostText, shape: lostText, waitMs }
        })
        const dead = lost.filter(({ outcome }) => outcome === 'dead')
        await retry(
          db,
          lost.filter(({ outcome }) => outcome === 'retried'),
        )
        await bury(db, dead)
        if (dead.length === 0) return { dead: [], count: rows.length }
        await moveLines(db, dead, order)
        const events = await db.executeSql(sql.listGiven, [jobs.name, dead.map(({ job }) => job.id)])
        return { dead: events.rows.map(toStoredEvent), count: rows.length - dead.length }
      }),

    /** Adjusts the lines to what an order means for dead events. */
    prepareOrder: (order: OrderMode): Promise<void> =>
      inTransaction(async (db) => {
        await db.executeSql(order === 'strict' ? sql.joinDead : sql.leaveDead, [jobs.name])
      }),
  }

  async function retry(db: Executor, failed: readonly Failed[]): Promise<void> {
    if (failed.length === 0) return
    await jobs.retry(db, failed.map(toFailedRun))
    await noteFailures(db, failed, sql.noteFailures)
  }

  async function bury(db: Executor, failed: readonly Failed[]): Promise<void> {
    await jobs.bury(db, failed.map(toFailedRun), () => noteFailures(db, failed, sql.noteDeaths))
  }

  async function noteFailures(db: Executor, failed: readonly Failed[], text: string): Promise<void> {
    const shapes = failed.map(({ shape }) => (shape === undefined ? null : toText(shape)))
    await db.executeSql(text, [jobs.name, idsOf(failed.map(({ job }) => job)), shapes])
  }

  async function moveLines(db: Executor, settled: readonly Settlement[], order: OrderMode): Promise<void> {
    const ordered = settled.filter(({ isOrdered }) => isOrdered)
    const isHolding = ({ outcome }: Settlement): boolean => outcome === 'dead' && order === 'strict'
    const isLeaving = (settlement: Settlement): boolean => settlement.outcome !== 'retried' && !isHolding(settlement)
    const leaving = ordered.filter(isLeaving)
    const holding = ordered.filter(isHolding)
    if (leaving.length > 0) await db.executeSql(sql.leaveLine, [jobs.name, idsOf(leaving.map(({ job }) => job))])
    if (holding.length > 0) await db.executeSql(sql.holdLine, [jobs.name, idsOf(holding.map(({ job }) => job))])
  }
}

/** Undoes a claim as if it had not been made: the consumer has stopped, or an event is not one of its own. */
class Undone extends Error {
  readonly answer: Claimed

  constructor(answer: Claimed) {
    super()
    this.answer = answer
  }
}

function toLostAttempt({ id, retry_count: count, begun_at: begunAt, worker }: Row): EndedAttempt {
  const attempt: AttemptRecord = { number: Number(count) + 1, outcome: 'lost', begunAt: Number(begunAt) }
  return { id: String(id), attempt: typeof worker === 'string' ? { ...attempt, worker } : attempt }
}

const toFailedRun = ({ job, error, waitMs }: Failed): FailedRun => ({ ...job, error, waitMs })

const toIds = (rows: readonly Row[]): string[] => rows.map((row) => String(row['id']))

const idsOf = (jobs: readonly ClaimedJob[]): string[] => jobs.map(({ id }) => id)
