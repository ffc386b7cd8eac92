import { InboxError } from '../inbox-error.ts'
import type { StoreSpace } from '../engine.ts'
import { readMemory } from './guards.ts'
import type { OpenQueue } from './open.ts'

/**
 * What Redis can still take before storing fails.
 *
 * @param fullAt part of `maxmemory` at which it does
 * @throws InboxError `INBOX_UNSUPPORTED` without `maxmemory`: nothing tells then what the machine has left
 */
export async function readSpaces({ redis }: OpenQueue, fullAt: number): Promise<readonly StoreSpace[]> {
  const { used, most } = await readMemory(redis)
  if (most === 0)
    throw new InboxError('INBOX_UNSUPPORTED', 'Redis has no maxmemory, so nothing tells how much it can still take')
  const totalBytes = Math.floor(most * fullAt)
  return [{ of: 'store', totalBytes, freeBytes: Math.max(0, totalBytes - used) }]
}
