import { Job } from 'bullmq'
import type { Store } from './store.ts'

/**
 * Gives back what a worker that has stopped still holds, so that nobody has to wait for its locks to run out. Through another
 * connection than the worker's: as long as that is open, the worker may be the one who takes it.
 *
 * @param workerId what the worker's locks begin with
 */
export async function giveBack({ redis, queue, toKey }: Store, workerId: string): Promise<void> {
  const ids = await redis.lrange(toKey('active'), 0, -1)
  if (ids.length === 0) return
  const tokens = await redis.mget(ids.map((id) => toKey(`${id}:lock`)))
  const held = ids.flatMap((id, index) => {
    const token = tokens[index]
    return token?.startsWith(`${workerId}:`) ? [{ id, token }] : []
  })
  await Promise.allSettled(held.map(({ id, token }) => new Job(queue, '', undefined, {}, id).moveToWait(token)))
}
