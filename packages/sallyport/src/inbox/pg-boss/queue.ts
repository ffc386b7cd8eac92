import type { PgBoss } from 'pg-boss'
import type { Executor } from './database.ts'
import { toText } from './text.ts'

/** One claim of a job: pg-boss counts its claims, and by that tells a lost one from the one that counts. */
export interface Run {
  readonly id: string
  readonly retryCount: number
}

/** A job to be. */
export interface NewJob {
  readonly id: string
  readonly provider: string
  readonly type: string
  readonly isOrdered: boolean
}

// Jobs that keep an order are out of the workers' sight until their turn comes.
const hidden = -1
const visible = 0

// pg-boss must neither give up an event nor delete one: attempts, leases and retention are ours. The largest it takes.
const queueSettings = {
  retryLimit: 2 ** 31 - 1,
  retryDelay: 0,
  retryBackoff: false,
  expireInSeconds: 24 * 60 * 60,
  retentionSeconds: 2 ** 31 - 1,
  deleteAfterSeconds: 0,
  notify: false,
}

const noJob = '00000000-0000-8000-8000-000000000000'

/** Every change of a job, made by pg-boss itself inside a transaction of ours. */
export type Queue = ReturnType<typeof createQueue>

export function createQueue(boss: PgBoss, name: string) {
  async function insert(db: Executor, jobs: readonly NewJob[]): Promise<Set<string>> {
    const rows = jobs.map(({ id, provider, type, isOrdered }) => ({
      id,
      data: { provider: toText(provider), type: toText(type) },
      priority: isOrdered ? hidden : visible,
      group: { id: toText(provider) || '-' },
    }))
    return new Set(await boss.insert(name, rows, { db, returnId: true }))
  }

  return {
    name,

    /** Creates the queue in a table of its own, and gives it the settings that an inbox needs, whatever it had. */
    async open(): Promise<{ policy: string | undefined; table: string }> {
      await boss.createQueue(name, { ...queueSettings, partition: true })
      await boss.updateQueue(name, { ...queueSettings, deadLetter: null, heartbeatSeconds: null, retryDelayMax: null })
      const queue = await boss.getQueue(name)
      if (queue === null) throw new Error(`pg-boss has no queue ${name}`)
      // pg-boss looks a queue up once, over a connection of its own; from inside a transaction, the pool may have none left.
      await boss.findJobs(name, { id: noJob })
      return { policy: queue.policy, table: queue.table }
    },

    /** Resolves to the ids that were not there. In the order of ids, so that two batches wait for each other in one direction only. */
    insert: (db: Executor, jobs: readonly NewJob[]) =>
      insert(
        db,
        jobs.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      ),

    async show(db: Executor, ids: readonly string[]): Promise<void> {
      for (const id of ids) await boss.update(name, undefined, { id, priority: visible, db })
    },

    async fetch(db: Executor, most: number, isOrdered: boolean): Promise<readonly Run[]> {
      const options = { batchSize: most, db, ...(isOrdered ? { minPriority: visible } : undefined) }
      const jobs = await boss.fetch(name, options)
      return jobs.map(({ id, retryCount }) => ({ id, retryCount }))
    },

    complete: (db: Executor, runs: readonly Run[]) => boss.complete(name, [...runs], null, { db }),

    /** Back to pending, due after so many milliseconds of the database's clock. */
    async retry(db: Executor, run: Run, message: string, delayMs: number): Promise<void> {
      await boss.fail(name, [run], { message: toText(message) }, { db })
      if (delayMs > 0) await boss.update(name, undefined, { id: run.id, startAfter: delayMs / 1_000, db })
    },

    /** Fails for good: pg-boss does that to jobs only whose limit is reached, so the limit is lowered to where it stands. */
    async bury(db: Executor, run: Run, message: string): Promise<void> {
      await boss.fail(name, [run], { message: toText(message) }, { db })
      await boss.update(name, undefined, { id: run.id, retryLimit: 0, db })
      await boss.fail(name, [run.id], { message: toText(message) }, { db })
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

    /** Says that these are still at work. */
    touch: (db: Executor, runs: readonly Run[]) => boss.touch(name, [...runs], { db }),
  }
}
