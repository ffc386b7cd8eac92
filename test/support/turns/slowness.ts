import { threadMs } from './longest-turn.ts'

// Processor time of the work below on one core of a current server, which copies 2.5 GB a second into memory it has not used.
const currentServerMs = 27
const most = 8

/**
 * How many times slower than a current server this machine is at this moment: a virtual machine whose host takes memory or its
 * core away counts that as processor time. From 1 to 8, so that a gross regression shows on any machine.
 */
export function slowness(): number {
  const source = Buffer.alloc(64 * 1024 * 1024, 1)
  const times = Array.from({ length: 5 }, () => {
    const before = threadMs()
    source.copy(Buffer.allocUnsafeSlow(source.length))
    return threadMs() - before
  })
  return Math.min(most, Math.max(1, Math.min(...times) / currentServerMs))
}
