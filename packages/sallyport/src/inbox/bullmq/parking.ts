import { DelayedError, Job, WaitingError } from 'bullmq'
import type { ConsumeOptions } from '../engine.ts'
import type { Claims } from './claim.ts'
import { isRefused } from './errors.ts'
import type { OpenQueue } from './open.ts'
import type { JobData } from './rows.ts'

/** Puts jobs aside that have no receiver here, where processes that have it find them; an attempt is not counted. */
export interface Parking {
  /** Gives back a job that was claimed, to be claimed again; always rejects with what BullMQ wants to hear. */
  giveBack(job: Job<JobData>): Promise<never>
  /** Puts aside a job without a receiver; always rejects with what BullMQ wants to hear. */
  park(job: Job<JobData>): Promise<never>
  /** Jobs on their way back, or that could not get there, by id, and their attempts with this one. */
  readonly leaving: ReadonlyMap<string, number>
  stop(): void
}

// A job whose note was lost, because a process died, is found without it after this time.
const parkedMs = 600_000
const callEveryMs = 1_000
const atOnce = 100

/** Looks every second for jobs that other processes put aside and that have a receiver here. */
export function createParking(
  { redis, queue, toKey }: OpenQueue,
  { uncount }: Claims,
  { providers, onNoReceiver }: ConsumeOptions,
): Parking {
  const toParkedKey = (provider: string): string => toKey(`sallyport:parked:${provider}`)
  const leaving = new Map<string, number>()
  let isCalling = false

  async function callBack(provider: string): Promise<void> {
    for (;;) {
      // Taken out first: a job that is put aside again meanwhile is noted again.
      const ids = await redis.spop(toParkedKey(provider), atOnce)
      if (ids.length === 0) return
      await Promise.all(ids.map((id) => new Job(queue, '', undefined, {}, id).promote().catch(unlessGone)))
    }
  }

  async function callAll(): Promise<void> {
    if (isCalling) return
    isCalling = true
    // The next round tries again.
    for (const provider of providers?.() ?? []) await callBack(provider).catch(() => {})
    isCalling = false
  }

  async function leave(job: Job<JobData>, move: () => Promise<unknown>): Promise<void> {
    leaving.set(job.id!, job.attemptsStarted)
    await uncount(job.id!, job.attemptsStarted)
    await move()
    leaving.delete(job.id!)
  }

  const timer = setInterval(() => void callAll(), callEveryMs).unref()
  void callAll()

  return {
    async giveBack(job) {
      await leave(job, () => job.moveToWait(job.token))
      throw new WaitingError()
    },
    async park(job) {
      const { provider } = job.data.event
      onNoReceiver?.(provider)
      await leave(job, () => job.moveToDelayed(Date.now() + parkedMs, job.token))
      await redis.sadd(toParkedKey(provider), job.id!).catch(() => {})
      throw new DelayedError()
    },
    leaving,
    stop: () => clearInterval(timer),
  }
}

// It was claimed, finished or removed meanwhile.
function unlessGone(error: unknown): void {
  if (!isRefused(error)) throw error
}
