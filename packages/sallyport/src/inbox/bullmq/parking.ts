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
  /** This job has left its slot, which may be filled with one that was put aside. */
  refill(id: string): void
  /** Jobs on their way back, or that could not get there, by id, and their attempts with this one. */
  readonly leaving: ReadonlyMap<string, number>
  /** Calls no more jobs back. */
  stop(): void
  /** Resolves when no job is between two places; one left there is found only after minutes. */
  settled(): Promise<void>
}

// A job whose note was lost, because a process died, is found without it after this time.
const parkedMs = 600_000
const callEveryMs = 1_000
const atOnce = 100
const claimedWithinMs = 20
// Other processes claim some of them first. With one per slot, slots stay empty and more jobs are put aside again.
const callsPerSlot = 4

/**
 * Looks every second for jobs that other processes put aside and that have a receiver here. It calls back a few per free slot,
 * and none without one: jobs that no slot takes are only put aside again.
 *
 * @param atWork jobs whose handlers run here, by id
 */
export function createParking(
  { redis, queue, toKey }: OpenQueue,
  { client, uncount }: Claims,
  { concurrency, providers, onNoReceiver }: ConsumeOptions,
  atWork: ReadonlyMap<string, unknown>,
): Parking {
  const toParkedKey = (provider: string): string => toKey(`sallyport:parked:${provider}`)
  const leaving = new Map<string, number>()
  // Called back, and not claimed here yet.
  const called = new Set<string>()
  // Providers that may have jobs put aside. Each is asked in turn, so that none waits for all jobs of another.
  let due: readonly string[] = []
  let isCalling = false
  let isStopped = false
  let waiting: NodeJS.Timeout | undefined
  const steps = new Set<Promise<unknown>>()

  function track<Result>(step: Promise<Result>): Promise<Result> {
    steps.add(step)
    void step.catch(() => {}).finally(() => steps.delete(step))
    return step
  }

  function countWanted(): number {
    const coming = [...called].filter((id) => !atWork.has(id)).length
    return isStopped ? 0 : Math.min(atOnce, (concurrency - atWork.size) * callsPerSlot - coming)
  }

  async function callBack(): Promise<void> {
    if (isCalling) return
    isCalling = true
    for (let most = countWanted(); most > 0 && due.length > 0; most = countWanted()) {
      const [provider = '', ...others] = due
      due = others
      // The next round tries again.
      const mayHaveMore = await track(callSome(provider, most)).catch(() => false)
      if (mayHaveMore) due = [...due, provider]
    }
    isCalling = false
    if (due.length > 0 && called.size > 0 && !isStopped)
      waiting ??= setTimeout(() => void callMore(), claimedWithinMs).unref()
  }

  /** Other processes may have claimed those that were called, and put them aside again. */
  async function callMore(): Promise<void> {
    const waitingJobs = await redis.llen(toKey('wait')).catch(() => Infinity)
    if (waitingJobs === 0) called.clear()
    waiting = undefined
    await callBack()
  }

  async function callSome(provider: string, most: number): Promise<boolean> {
    // Taken out first: a job that is put aside again meanwhile is noted again.
    const ids = await redis.spop(toParkedKey(provider), most)
    const answers = await Promise.all(ids.map((id) => call(provider, id)))
    return ids.length === most && answers.every(Boolean)
  }

  /** Resolves to whether Redis answered. */
  async function call(provider: string, id: string): Promise<boolean> {
    called.add(id)
    try {
      await new Job(queue, '', undefined, {}, id).promote()
    } catch (error) {
      called.delete(id)
      // It was claimed, finished or removed meanwhile.
      if (isRefused(error)) return true
      await note(provider, id)
      return false
    }
    return true
  }

  /** Waits while Redis is unreachable. */
  async function note(provider: string, id: string): Promise<void> {
    await client.sadd(toParkedKey(provider), id).catch(() => {})
  }

  async function leave(job: Job<JobData>, move: () => Promise<unknown>): Promise<void> {
    leaving.set(job.id!, job.attemptsStarted)
    await uncount(job.id!, job.attemptsStarted)
    await move()
    leaving.delete(job.id!)
  }

  function beginRound(): void {
    called.clear()
    due = [...new Set([...due, ...(providers?.() ?? [])])]
    void callBack()
  }

  const timer = setInterval(beginRound, callEveryMs).unref()
  beginRound()

  return {
    async giveBack(job) {
      await track(leave(job, () => job.moveToWait(job.token)))
      throw new WaitingError()
    },
    async park(job) {
      const { provider } = job.data.event
      onNoReceiver?.(provider)
      const parked = leave(job, () => job.moveToDelayed(Date.now() + parkedMs, job.token))
      await track(parked.then(() => note(provider, job.id!)))
      throw new DelayedError()
    },
    refill(id) {
      called.delete(id)
      void callBack()
    },
    leaving,
    stop() {
      isStopped = true
      clearInterval(timer)
      clearTimeout(waiting)
    },
    async settled() {
      while (steps.size > 0) await Promise.allSettled(steps)
    },
  }
}
