import { longestTimer } from '../../verify/options.ts'
import { UnrecoverableError, WaitingError, type Job } from 'bullmq'
import type { ConsumeOptions, RunEvent, StoredEvent } from '../engine.ts'
import { withTimeout } from '../inbox-error.ts'
import { giveBack } from './give-back.ts'
import { HandlerFailure, toFailure } from './handler-failure.ts'
import { isJobData, toStoredEvent, type JobData } from './job.ts'
import { openWorker } from './open-worker.ts'
import type { Settings } from './options.ts'
import type { Store } from './store.ts'

/** Hands out events that are due. */
export interface Consumer {
  /** Takes no more; waits so long for handlers at work, then aborts them and gives their events back. */
  stop(drainMs: number): Promise<void>
}

interface Work {
  readonly event: StoredEvent
  isHandled: boolean
}

/**
 * Starts a worker.
 *
 * @param onFinished told of ids of jobs that are done or dead
 * @throws InboxError `INBOX_UNAVAILABLE`, `INBOX_TIMEOUT`
 */
export async function startConsumer(
  { store, settings, onFinished }: { store: Store; settings: Settings; onFinished: (id: string) => void },
  run: RunEvent,
  options: ConsumeOptions,
): Promise<Consumer> {
  const { retry, onOutcome } = options
  const atWork = new Map<string, Work>()
  const stopping = new AbortController()
  let isStopping = false
  let whenIdle: (() => void) | undefined
  const { worker, halt, close } = await openWorker(settings, options, handle)

  async function handle(job: Job<JobData>): Promise<void> {
    // Fetched before it was told to stop, and not begun.
    if (isStopping) {
      await job.moveToWait(job.token)
      throw new WaitingError()
    }
    // Somebody else's, and nothing that time will change.
    if (!isJobData(job.data)) throw new UnrecoverableError('this job is not an event of an inbox')
    const event = toActiveEvent(job)
    const work: Work = { event, isHandled: false }
    atWork.set(job.id!, work)
    const number = event.attempts
    const isLast = number >= retry.attempts
    try {
      await run(event, { number, isLast, idempotencyKey: event.key, signal: stopping.signal })
    } catch (error) {
      throw toFailure(error, retry, number)
    } finally {
      work.isHandled = true
    }
  }

  /** The outcome is written. */
  function conclude({ id }: Job<JobData>, outcome: 'handled' | 'retried' | 'dead', error?: unknown): void {
    const event = forget(id!)?.event
    if (outcome !== 'retried') onFinished(id!)
    if (!event) return
    onOutcome({ event, outcome, attempt: event.attempts, ...(error === undefined ? undefined : { error }) })
  }

  function forget(id: string): Work | undefined {
    const work = atWork.get(id)
    atWork.delete(id)
    if (atWork.size === 0) whenIdle?.()
    return work
  }

  worker.on('completed', (job) => conclude(job, 'handled'))
  worker.on('failed', (job, error) => {
    if (!job) return
    if (error instanceof HandlerFailure) conclude(job, error.isFinal ? 'dead' : 'retried', error.reason)
    else conclude(job, error instanceof UnrecoverableError ? 'dead' : 'retried', error)
  })
  worker.on('error', ({ message }) => {
    // An outcome that was refused: the lock was lost, and the event is or will be somebody else's.
    for (const [id, { isHandled }] of atWork) if (isHandled && message.includes(id)) forget(id)
  })
  void worker.run().catch(() => {})

  function idle(): Promise<void> {
    return new Promise((resolve) => {
      whenIdle = resolve
      if (atWork.size === 0) resolve()
    })
  }

  return {
    async stop(drainMs) {
      isStopping = true
      await halt()
      await withTimeout(idle(), Math.min(drainMs, longestTimer)).catch(() => {})
      stopping.abort()
      await close()
      await giveBack(store, worker.id).catch(() => {})
    },
  }
}

function toActiveEvent(job: Job<JobData>): StoredEvent {
  return toStoredEvent(job.data, {
    type: job.name,
    state: 'active',
    attempts: job.attemptsStarted,
    storedAt: job.timestamp,
    ...(job.failedReason ? { error: job.failedReason } : undefined),
  })
}
