import { Job } from 'bullmq'
import { writeEachSecond } from '../write-each-second.ts'
import { noteEveryMs } from './names.ts'
import { namesKey, retryingKey, storedKey, unfinishedKey } from './keys.ts'
import type { OpenQueue } from './open.ts'
import type { BullMqSettings } from './options.ts'
import { runScript } from './scripts.ts'

const atOnce = 1_000

/** What runs beside the events: retention, and a check of the clock. */
export interface Upkeep {
  /** A job that may still be among the unfinished. */
  noteFinished(id: string): void
  /** Longest wait of the retry policy in use. */
  expectWaits(longestMs: number): void
  stop(): Promise<void>
}

/** Begins rounds of upkeep, unless the store is only read. The next round retries what one could not do. */
export function createUpkeep(
  { redis, queue, toKey }: OpenQueue,
  { retentionMs, deadRetentionMs, upkeepMs, readOnly }: BullMqSettings,
): Upkeep {
  let longestWaitMs: number | undefined

  async function forgetGone(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    for (const key of [storedKey, retryingKey]) await runScript(redis, toKey, 'forgetGone', key, toKey(''), ...ids)
  }

  async function forgetFinished(key: string, ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await runScript(redis, toKey, 'forgetFinished', key, ...ids)
  }

  const finished = writeEachSecond(
    async (ids: readonly string[]) => {
      for (const key of [unfinishedKey, retryingKey]) await forgetFinished(key, ids)
    },
    // An id has nothing to add up.
    () => {},
  )

  /** The job is the memory of its key: without it, a duplicate is a new event. */
  async function forgetOld(state: 'completed' | 'failed', keptMs: number): Promise<void> {
    const removed = await queue.clean(keptMs, atOnce, state)
    await forgetGone(removed)
    if (removed.length === atOnce) await forgetOld(state, keptMs)
  }

  /**
   * A wait longer than the policy allows, and than the job's own, means that the clock was set back: the event is due. Jobs that
   * were put aside wait longer than the policy, and stay.
   */
  async function hasten(): Promise<void> {
    if (longestWaitMs === undefined) return
    const horizon = (Date.now() + upkeepMs + longestWaitMs) * 4096
    for (let start = 0, found = atOnce; found === atOnce;) {
      const page = await redis.zrangebyscore(toKey('delayed'), horizon, '+inf', 'WITHSCORES', 'LIMIT', start, atOnce)
      const ids = page.filter((_, index) => index % 2 === 0)
      const waits = await Promise.all(ids.map((id) => redis.hget(toKey(id), 'delay')))
      // Read after the answers, so that none of the jobs began to wait later.
      const latest = Date.now() + upkeepMs
      const late = ids.filter((_, index) => Number(page[index * 2 + 1]) / 4096 > latest + Number(waits[index]))
      await Promise.allSettled(late.map((id) => new Job(queue, '', undefined, {}, id).promote()))
      found = ids.length
      start += found - late.length
    }
  }

  async function work(): Promise<void> {
    await forgetOld('completed', retentionMs)
    await forgetOld('failed', deadRetentionMs)
    await hasten()
    // What was removed by hand, or by a process that died then, is among the oldest sooner or later.
    const oldest = await redis.zrange(toKey(storedKey), 0, String(atOnce - 1))
    const retrying = await redis.zrange(toKey(retryingKey), 0, String(atOnce - 1))
    await forgetGone([...oldest, ...retrying])
    await forgetFinished(retryingKey, retrying)
    const kept = Math.max(retentionMs, deadRetentionMs) + noteEveryMs
    if (kept < Infinity) await redis.zremrangebyscore(toKey(namesKey), '-inf', Date.now() - kept)
  }

  let working: Promise<void> | undefined
  function round(): void {
    working ??= work()
      .catch(() => {})
      .finally(() => {
        working = undefined
      })
  }

  const timer = readOnly ? undefined : setInterval(round, upkeepMs).unref()
  if (!readOnly) round()

  return {
    noteFinished: (id) => void finished.find(id, () => id),
    expectWaits(longestMs) {
      longestWaitMs = longestMs
    },
    async stop() {
      clearInterval(timer)
      await working
      await finished.stop()
    },
  }
}
