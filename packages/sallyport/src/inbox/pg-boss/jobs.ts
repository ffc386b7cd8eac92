import type { PgBoss } from 'pg-boss'
import { InboxError } from '../inbox-error.ts'
import type { Executor } from './database.ts'
import { toText } from './rows.ts'

/** One claim of a job. pg-boss counts claims, and so tells a lost claim from the current one. */
export interface ClaimedJob {
  readonly id: string
  readonly retryCount: number
}

/** A claim whose handler failed. */
export interface FailedRun extends ClaimedJob {
  readonly error?: string | undefined
  readonly waitMs?: number | undefined
}

/** A new job. */
export interface NewJob {
  readonly id: string
  readonly provider: string
  readonly type: string
  readonly isOrdered: boolean
}

// Jobs with an order are hidden from consumers until their turn comes.
const hidden = -1
const visible = 0

// pg-boss must never give up or delete an event: the engine does attempts, leases and retention. The largest it takes.
const queueSettings = {
  retryLimit: 2 ** 31 - 1,
  retryDelay: 0,
  retryBackoff: false,
  expireInSeconds: 24 * 60 * 60,
  retentionSeconds: 2 ** 31 - 1,
  deleteAfterSeconds: 0,
  notify: false,
}

/** One statement after the other, without waiting for the answers where that is possible. */
async function inTurn<Item>(
  db: Executor,
  items: readonly Item[],
  run: (item: Item) => Promise<unknown>,
): Promise<void> {
  if (db.isPipelined) await Promise.all(items.map(run))
  else for (const item of items) await run(item)
}

// pg-boss fails claims that are still held, or open jobs by their ids.
type Given = Parameters<PgBoss['fail']>[1]
const asRuns = (runs: readonly FailedRun[]): Given => runs.map(({ id, retryCount }) => ({ id, retryCount }))
const asIds = (runs: readonly FailedRun[]): Given => runs.map(({ id }) => id)

/** The group of a provider's jobs. */
export const toGroup = (provider: string): string => toText(provider) || '-'

const noJob = '00000000-0000-8000-8000-000000000000'

/**
 * The jobs of one pg-boss queue. pg-boss itself makes every change, inside a transaction of the engine, so its own tools show
 * the truth and its schema stays its own.
 */
export type Jobs = ReturnType<typeof createJobs>

export function createJobs(boss: PgBoss, name: string) {
  async function insert(db: Executor, jobs: readonly NewJob[]): Promise<Set<string>> {
    const rows = jobs.map(({ id, provider, type, isOrdered }) => ({
      id,
      data: { provider: toText(provider), type: toText(type) },
      priority: isOrdered ? hidden : visible,
      group: { id: toGroup(provider) },
    }))
    return new Set(await boss.insert(name, rows, { db, returnId: true }))
  }

  /** One statement for all that failed with the same message. */
  function fail(
    db: Executor,
    runs: readonly FailedRun[],
    toGiven: (runs: readonly FailedRun[]) => Given,
  ): Promise<void> {
    const groups = [...Map.groupBy(runs, ({ error = '' }) => toText(error))]
    return inTurn(db, groups, ([message, group]) => boss.fail(name, toGiven(group), { message }, { db }))
  }

  return {
    name,

    /** Creates the queue in its own table, with the settings an inbox needs. */
    async create(): Promise<void> {
      await boss.createQueue(name, { ...queueSettings, partition: true })
      await boss.updateQueue(name, { ...queueSettings, deadLetter: null, heartbeatSeconds: null, retryDelayMax: null })
    },

    /** Looks the queue up. */
    async open(): Promise<{ policy: string | undefined; table: string }> {
      const queue = await boss.getQueue(name)
      if (queue === null) throw new InboxError('INBOX_UNAVAILABLE', `pg-boss has no queue ${name}`)
      // pg-boss looks up a queue once, on another connection; inside a transaction the pool may have none left.
      await boss.findJobs(name, { id: noJob })
      return { policy: queue.policy, table: queue.table }
    },

    /** Resolves to the new ids. Inserts in the order of ids, so that two batches cannot wait for each other. */
    insert: (db: Executor, jobs: readonly NewJob[]) =>
      insert(
        db,
        jobs.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      ),

    async show(db: Executor, ids: readonly string[]): Promise<void> {
      await inTurn(db, ids, (id) => boss.update(name, undefined, { id, priority: visible, db }))
    },

    /** @param ignored providers whose jobs are left */
    async fetch(
      db: Executor,
      { most, isOrdered, ignored }: { most: number; isOrdered: boolean; ignored: readonly string[] },
    ): Promise<readonly ClaimedJob[]> {
      const options = { batchSize: most, db, ignoreGroups: ignored.map(toGroup) }
      const jobs = await boss.fetch(name, isOrdered ? { ...options, minPriority: visible } : options)
      return jobs.map(({ id, retryCount }) => ({ id, retryCount }))
    },

    /** @param worker who handled them */
    complete: (db: Executor, runs: readonly ClaimedJob[], worker: string) =>
      boss.complete(name, [...runs], { worker }, { db }),

    /** Back to pending, each due after its milliseconds by the database's clock. */
    async retry(db: Executor, runs: readonly FailedRun[]): Promise<void> {
      await fail(db, runs, asRuns)
      await inTurn(db, runs, async ({ id, waitMs = 0 }) => {
        if (waitMs > 0) await boss.update(name, undefined, { id, startAfter: waitMs / 1_000, db })
      })
    },

    /**
     * Fails for good. pg-boss does that only to jobs at their retry limit, and changes the limit of waiting jobs only.
     *
     * @param beforeLast what else belongs between
     */
    async bury(db: Executor, runs: readonly FailedRun[], beforeLast: () => Promise<void>): Promise<void> {
      if (runs.length === 0) return
      await boss.fail(name, asRuns(runs), undefined, { db })
      await inTurn(db, runs, ({ id }) => boss.update(name, undefined, { id, retryLimit: 0, db }))
      await beforeLast()
      await fail(db, runs, asIds)
    },

    /** Makes finished jobs new ones. */
    async renew(db: Executor, jobs: readonly NewJob[]): Promise<void> {
      await boss.deleteJob(
        name,
        jobs.map(({ id }) => id),
        { db },
      )
      await insert(db, jobs)
    },

    async remove(db: Executor, ids: readonly string[]): Promise<void> {
      await boss.deleteJob(name, [...ids], { db })
    },

    /** Renews the leases of these claims. */
    touch: (db: Executor, runs: readonly ClaimedJob[]) => boss.touch(name, [...runs], { db }),
  }
}
