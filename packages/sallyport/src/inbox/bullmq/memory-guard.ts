import type { Redis } from 'ioredis'
import { InboxError } from '../inbox-error.ts'
import { readInfo } from './verify-settings.ts'

const lookEveryMs = 1_000
const lookEveryBytes = 1024 * 1024

/** Passes while Redis has room for more than what is kept. */
export interface MemoryGuard {
  /**
   * @param bytes that are to be written
   * @throws InboxError `INBOX_FULL`
   */
  pass(bytes: number): Promise<void>
}

/**
 * Ends accepting before `maxmemory` is reached. In a Redis that is full even taking a job out of its list is refused, so
 * what waits could never be handled and its room never be freed.
 *
 * @param fullAt part of `maxmemory`, above 0 and at most 1
 */
export function createMemoryGuard(redis: Redis, fullAt: number): MemoryGuard {
  let isFull = false
  let lookedAt = -Infinity
  let bytesSince = Infinity
  let looking: Promise<void> | undefined

  async function look(): Promise<void> {
    const info = await readInfo(redis)
    const most = Number(info.get('maxmemory') ?? 0)
    // Buffers of replicas and of the log do not count towards the limit.
    const used = Number(info.get('used_memory') ?? 0) - Number(info.get('mem_not_counted_for_evict') ?? 0)
    isFull = most > 0 && used >= most * fullAt
    lookedAt = performance.now()
    bytesSince = 0
  }

  function lookOnce(): Promise<void> {
    looking ??= look().finally(() => {
      looking = undefined
    })
    return looking
  }

  return {
    async pass(bytes) {
      bytesSince += bytes
      // A full store is looked at for each caller: it must not turn senders away any longer than it has to.
      if (isFull || bytesSince > lookEveryBytes) await lookOnce()
      else if (performance.now() - lookedAt > lookEveryMs) lookOnce().catch(() => {})
      if (isFull) throw new InboxError('INBOX_FULL', `Redis has used ${fullAt * 100} % of its maxmemory`)
    },
  }
}
