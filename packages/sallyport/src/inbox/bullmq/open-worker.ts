import { Worker, type Processor } from 'bullmq'
import type { ConsumeOptions } from '../engine.ts'
import { withTimeout } from '../inbox-error.ts'
import { createWorkerClient } from './connection.ts'
import { replyCode, toInboxError } from './errors.ts'
import { HandlerFailure } from './handler-failure.ts'
import type { JobData } from './job.ts'
import type { Settings } from './options.ts'

/** A worker of BullMQ that is connected and does not run yet. */
export interface OpenWorker {
  readonly worker: Worker<JobData>
  /** Takes no more jobs. */
  halt(): Promise<void>
  close(): Promise<void>
}

const restMs = 1_000
// While Redis is away, nothing is worth waiting for.
const closeMs = 500

/**
 * Connects a worker. From then on it waits while Redis is away; one that cannot connect at first would never try again.
 *
 * @throws InboxError `INBOX_UNAVAILABLE`, `INBOX_TIMEOUT`
 */
export async function openWorker(
  settings: Settings,
  { concurrency, retry }: ConsumeOptions,
  handle: Processor<JobData>,
): Promise<OpenWorker> {
  const { queue, prefix, lockMs, timeoutMs } = settings
  const client = createWorkerClient(settings)
  const worker = new Worker<JobData>(queue, handle, {
    connection: client,
    prefix,
    concurrency,
    lockDuration: lockMs,
    stalledInterval: lockMs / 2,
    // However often its worker dies, an event is tried again: one that is given up was not handled at least once.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
    // After a failure of Redis; the default of 15 s is long for who waits.
    runRetryDelay: 1_000,
    settings: {
      // Anything but a failed handler is a failure of Redis to take an outcome.
      backoffStrategy: (_made, _type, error) => (error instanceof HandlerFailure ? error.waitMs : retry.delayMs),
    },
    autorun: false,
  })
  let resting: NodeJS.Timeout | undefined
  worker.on('error', ({ message }) => {
    // When Redis refuses to give a job (it is full, or a replica), BullMQ asks again at once, thousands of times a second.
    if (replyCode(message) === undefined || worker.isPaused()) return
    void worker.pause(true)
    resting = setTimeout(() => void worker.resume(), restMs).unref()
  })

  async function halt(): Promise<void> {
    clearTimeout(resting)
    await worker.pause(true)
    // It waits for the next job on a connection of its own, and would take one that somebody else can begin.
    await withTimeout(worker.getBackend().disconnectBlocking(false), closeMs).catch(() => {})
  }

  async function close(): Promise<void> {
    await withTimeout(worker.close(true), closeMs).catch(() => {})
    client.disconnect()
  }

  try {
    await withTimeout(worker.waitUntilReady(), timeoutMs)
  } catch (error) {
    await close()
    throw toInboxError(error)
  }
  return { worker, halt, close }
}
