import { UnrecoverableError, type Job } from 'bullmq'
import { runHook } from '../../receive/report.ts'
import { attempt, type AttemptResult } from '../attempt.ts'
import { waitAtMost } from '../consumer.ts'
import type { Claiming, ConsumeOptions, ConsumeOutcome, RunEvent, StoredEvent } from '../engine.ts'
import { mostAttempts, workerName, type AttemptRecord } from '../history.ts'
import { giveBack, openClaims } from './claim.ts'
import { HandlerFailure } from './errors.ts'
import { retryingKey, storedKey } from './keys.ts'
import type { OpenQueue } from './open.ts'
import { createParking } from './parking.ts'
import type { BullMqSettings } from './options.ts'
import { isJobData, toStoredEvent, type JobData } from './rows.ts'
import { runScript } from './scripts.ts'

/** Runs the handlers of jobs that BullMQ claims. */
export interface Consumer {
  /** How claiming goes, as far as its connection and BullMQ's loop tell. */
  claiming(): Claiming
  /** Claims no more, waits up to `drainMs` for running handlers, then aborts them and gives their events back. */
  stop(drainMs: number): Promise<void>
}

interface Work {
  readonly event: StoredEvent
  isHandled: boolean
  durationMs?: number | undefined
}

// Enough for a few commands; longer only where Redis is away.
const settleMs = 2_000

/**
 * Begins to claim. Unlike the other engines, BullMQ runs the loop, writes the outcomes and renews the locks.
 *
 * @param onFinished called with the ids of jobs that are done or dead
 * @throws InboxError `INBOX_UNAVAILABLE`, `INBOX_TIMEOUT`
 */
export async function startConsumer(
  { open, settings, onFinished }: { open: OpenQueue; settings: BullMqSettings; onFinished: (id: string) => void },
  run: RunEvent,
  options: ConsumeOptions,
): Promise<Consumer> {
  const { onOutcome } = options
  const { toKey } = open
  const atWork = new Map<string, Work>()
  const stopping = new AbortController()
  const idle = Promise.withResolvers<void>()
  let isStopping = false
  const claims = await openClaims(settings, options, handle)
  const { worker, halt, close } = claims
  const parking = createParking(open, claims, options, atWork)

  async function handle(job: Job<JobData>): Promise<void> {
    // Claimed before the stop, and not begun.
    if (isStopping) return parking.giveBack(job)
    // Put into the queue by something else; a retry changes nothing.
    if (!isJobData(job.data)) throw new UnrecoverableError('this job is not an event of an inbox')
    if (options.providers?.().includes(job.data.event.provider) === false) return parking.park(job)
    const work: Work = { event: toActiveEvent(job), isHandled: false }
    atWork.set(job.id!, work)
    const result = await attempt(run, work.event, options, stopping.signal)
    work.isHandled = true
    work.durationMs = result.durationMs
    if (result.outcome === 'handled') return
    noteFailure(job.id!, result)
    job.opts.stackTraceLimit = mostAttempts
    throw new HandlerFailure(result, toRecord(job, result))
  }

  /** Over the connection that writes the outcome, and so before it. */
  function noteFailure(id: string, { shape = '', outcome }: AttemptResult): void {
    const values = [toKey(id), toKey(storedKey), id, shape, outcome === 'retried' ? 1 : 0]
    void runScript(claims.client, toKey, 'noteFailure', retryingKey, ...values).catch(() => {})
  }

  /** The outcome is written. */
  function conclude({ id }: Job<JobData>, ended: Pick<ConsumeOutcome, 'outcome' | 'error' | 'waitMs'>): void {
    const work = forget(id!)
    if (ended.outcome !== 'retried') onFinished(id!)
    if (work === undefined) return
    const { event, durationMs } = work
    void runHook('onOutcome', () => onOutcome({ event, ...ended, attempt: event.attempts, durationMs }))
  }

  function forget(id: string): Work | undefined {
    const work = atWork.get(id)
    atWork.delete(id)
    parking.refill(id)
    if (isStopping && atWork.size === 0) idle.resolve()
    return work
  }

  worker.on('completed', (job) => conclude(job, { outcome: 'handled' }))
  worker.on('failed', (job, error) => {
    if (!job) return
    if (error instanceof HandlerFailure) {
      const { outcome, thrown, waitMs } = error.result
      conclude(job, { outcome, error: thrown, waitMs })
    } else conclude(job, { outcome: error instanceof UnrecoverableError ? 'dead' : 'retried', error })
  })
  worker.on('error', ({ message }) => {
    // An outcome that Redis refused: the lock was lost, and another process has the event now or will.
    for (const [id, { isHandled }] of atWork) if (isHandled && message.includes(id)) forget(id)
  })
  let hasEnded = false
  void worker
    .run()
    .catch(() => {})
    .finally(() => (hasEnded = true))

  return {
    claiming: () => ({ failingMs: claims.trouble.lastsMs(), hasEnded: hasEnded && !isStopping }),
    async stop(drainMs) {
      isStopping = true
      parking.stop()
      await halt()
      if (atWork.size === 0) idle.resolve()
      await waitAtMost(idle.promise, drainMs)
      stopping.abort()
      await waitAtMost(parking.settled(), settleMs)
      await close()
      await giveBack(open, worker.id, { begun: atWork, leaving: parking.leaving }).catch(() => {})
    },
  }
}

function toRecord(
  { attemptsStarted: number, processedOn: begunAt = Date.now() }: Job<JobData>,
  { outcome, durationMs, failure: error }: AttemptResult,
): AttemptRecord {
  return { number, outcome, begunAt, endedAt: begunAt + durationMs, durationMs, error, worker: workerName }
}

function toActiveEvent(job: Job<JobData>): StoredEvent {
  return toStoredEvent(job.data, {
    type: job.name,
    state: 'active',
    attempts: job.attemptsStarted,
    storedAt: job.timestamp,
    error: job.failedReason || undefined,
  })
}
