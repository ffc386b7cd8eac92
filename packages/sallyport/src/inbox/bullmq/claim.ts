import { Job, QueueKeys, Worker, type Processor } from 'bullmq'
import type { Redis } from 'ioredis'
import type { ConsumeOptions } from '../engine.ts'
import { waitAtMost } from '../consumer.ts'
import { workerName } from '../history.ts'
import { withTimeout } from '../inbox-error.ts'
import { HandlerFailure, replyCode, toInboxError } from './errors.ts'
import { createConsumerClient, type OpenQueue } from './open.ts'
import type { BullMqSettings } from './options.ts'
import type { Parking } from './parking.ts'
import type { JobData } from './rows.ts'
import { runScript } from './scripts.ts'
import { watchTrouble, type Trouble } from './trouble.ts'

/** BullMQ's own `Worker`, which claims jobs; connected, not running yet. */
export interface Claims {
  readonly worker: Worker<JobData>
  /** Waits while Redis is unreachable. */
  readonly client: Redis
  /** Takes back the attempt that claiming a job counted; waits while Redis is unreachable. */
  uncount(id: string, attemptsStarted: number): Promise<void>
  readonly trouble: Trouble
  /** Claims no more jobs. */
  halt(): Promise<void>
  close(): Promise<void>
}

const restMs = 1_000
// Not longer: Redis may be unreachable.
const closeMs = 500

/**
 * Connects to claim jobs. Later it waits while Redis is unreachable, but a first connection that fails would never be retried.
 *
 * @throws InboxError `INBOX_UNAVAILABLE`, `INBOX_TIMEOUT`
 */
export async function openClaims(
  settings: BullMqSettings,
  { concurrency, retry }: ConsumeOptions,
  handle: Processor<JobData>,
): Promise<Claims> {
  const { queue, prefix, lockMs, timeoutMs } = settings
  const client = createConsumerClient(settings)
  const copies = collectCopies(client)
  const trouble = watchTrouble(client)
  const worker = new Worker<JobData>(queue, handle, {
    connection: client,
    prefix,
    name: workerName,
    concurrency,
    lockDuration: lockMs,
    stalledInterval: lockMs / 2,
    // BullMQ reports no lost attempt to us: it counts one as stalled and either retries or fails the job by itself, without the
    // waits of a policy. So `delayAfterLostAttempt` cannot hold here, and an event is retried however often its process ends.
    maxStalledCount: Number.MAX_SAFE_INTEGER,
    // After a failure of Redis; the default is 15 s.
    runRetryDelay: 1_000,
    settings: {
      // Any error but a handler's means that Redis did not take an outcome.
      backoffStrategy: (_made, _type, error) => (error instanceof HandlerFailure ? error.waitMs : retry.delayMs),
    },
    autorun: false,
  })
  let resting: NodeJS.Timeout | undefined
  worker.on('error', ({ message }) => {
    // When Redis refuses to give a job (it is full, or a replica), BullMQ asks again at once, thousands of times a second.
    if (replyCode(message) === undefined || worker.isPaused()) return
    trouble.note()
    void worker.pause(true)
    resting = setTimeout(() => void worker.resume(), restMs).unref()
  })

  const toKey = (name: string): string => new QueueKeys(prefix).toKey(queue, name)

  async function uncount(id: string, attemptsStarted: number): Promise<void> {
    await runScript(client, toKey, 'uncount', id, attemptsStarted)
  }

  // More often than BullMQ takes back jobs whose process is gone, of all processes.
  const noteMs = lockMs / 4
  let noted: Promise<unknown> | undefined
  async function noteActive(): Promise<void> {
    // One at a time: it waits while Redis is unreachable.
    noted ??= runScript(client, toKey, 'noteActive', '', toKey(''), Date.now() - Math.min(1_000, noteMs))
      .catch(() => {})
      .finally(() => {
        noted = undefined
      })
    await noted
  }

  async function halt(): Promise<void> {
    clearTimeout(resting)
    clearInterval(noting)
    await worker.pause(true)
    // It waits for the next job on another connection, and would take one that another process could run.
    await waitAtMost(worker.getBackend().disconnectBlocking(false), closeMs)
  }

  async function close(): Promise<void> {
    await waitAtMost(worker.close(true), closeMs)
    for (const one of [client, ...copies]) endConnection(one)
  }

  let noting: NodeJS.Timeout | undefined
  try {
    await withTimeout(worker.waitUntilReady(), timeoutMs)
    await withTimeout(noteActive(), timeoutMs)
    noting = setInterval(() => void noteActive(), noteMs).unref()
  } catch (error) {
    await close()
    throw toInboxError(error)
  }
  return { worker, client, trouble, uncount, halt, close }
}

/** Collects the copies that BullMQ makes of a connection: it waits for the next job on one. */
function collectCopies(client: Redis): readonly Redis[] {
  const copies: Redis[] = []
  const { duplicate } = client
  client.duplicate = (options) => {
    const copy = duplicate.call(client, options)
    copies.push(copy)
    return copy
  }
  return copies
}

/** Closes a connection for good: after an interrupted wait BullMQ opens its copy again, even if it was closed meanwhile. */
function endConnection(client: Redis): void {
  client.connect = () => Promise.reject(new Error('Connection is closed.'))
  client.disconnect()
}

/**
 * Gives back what a stopped BullMQ worker still holds, so that no event waits for its locks to expire. Not over the worker's own
 * connection: while that is open, the worker itself may take it again.
 *
 * @param workerId the beginning of the worker's locks
 * @param begun jobs whose handlers began, by id; the attempts of others do not count
 */
export async function giveBack(
  { redis, queue, toKey }: OpenQueue,
  workerId: string,
  { begun, leaving }: { readonly begun: ReadonlyMap<string, unknown>; readonly leaving: Parking['leaving'] },
): Promise<void> {
  const ids = await redis.lrange(toKey('active'), 0, -1)
  if (ids.length === 0) return
  const tokens = await redis.mget(ids.map((id) => toKey(`${id}:lock`)))
  const held = ids.flatMap((id, index) => {
    const token = tokens[index]
    return token?.startsWith(`${workerId}:`) ? [{ id, token }] : []
  })
  const cut = held.filter(({ id }) => begun.has(id)).map(({ id }) => id)
  if (cut.length > 0) await runScript(redis, toKey, 'noteActive', '', toKey(''), Date.now(), ...cut)
  await Promise.allSettled(
    held.map(async ({ id, token }) => {
      // Of one that is leaving, the number before it was taken back, so that it is not taken back twice.
      const attempts = leaving.get(id) ?? (await redis.hget(toKey(id), 'ats'))
      if (attempts !== null && !begun.has(id)) await runScript(redis, toKey, 'uncount', id, attempts)
      await new Job(queue, '', undefined, {}, id).moveToWait(token)
    }),
  )
}
