import { threadMs } from './longest-turn.ts'

// Processor time of the work below where the rows pass: 36 to 44 ms on a quiet machine.
const usualMs = 40
const most = 4

/**
 * How many times slower than usual this machine is at this moment: a virtual machine whose host takes memory or its core away
 * counts that as processor time. From 1 to 4, so that a gross regression shows on any machine.
 */
export function slowness(): number {
  const source = Buffer.alloc(64 * 1024 * 1024, 1)
  const times = Array.from({ length: 5 }, () => {
    const before = threadMs()
    source.copy(Buffer.allocUnsafeSlow(source.length))
    return threadMs() - before
  })
  return Math.min(most, Math.max(1, Math.min(...times) / usualMs))
}
