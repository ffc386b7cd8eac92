import type { Redis } from 'ioredis'
import { InboxError } from '../inbox-error.ts'
import type { BullMqSettings } from './options.ts'

/** Runs a write, and waits until replicas have it. */
export type Replicate = <Result>(write: () => Promise<Result>) => Promise<Result>

const longestWaitMs = 1_000

/**
 * Makes a write count only when `replicas` have received it, by Redis's WAIT; otherwise it fails with `INBOX_UNAVAILABLE`. It may
 * be stored all the same: the sender's retry is then a duplicate, which counts by the same rule.
 *
 * @param redis the connection that writes
 */
export function createReplicate(
  redis: Redis,
  { replicas, timeoutMs }: Pick<BullMqSettings, 'replicas' | 'timeoutMs'>,
): Replicate {
  if (replicas === 0) return (write) => write()
  // 0 would wait forever. While it waits, the connection takes no other command.
  const waitMs = Math.max(1, Math.min(longestWaitMs, Math.floor(timeoutMs / 2)))
  let connection = 0
  redis.on('close', () => connection++)
  return async (write) => {
    const before = connection
    const result = await write()
    const count = await redis.wait(replicas, waitMs)
    // WAIT is about what its own connection has written: on a new one, it would be satisfied at once.
    if (count < replicas || connection !== before)
      throw new InboxError('INBOX_UNAVAILABLE', `${count} of ${replicas} replicas are known to have the event`)
    return result
  }
}
