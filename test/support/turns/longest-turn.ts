/** What a piece of work costs. */
export interface Cost {
  /** Milliseconds of the longest turn of the event loop, in processor time of its thread: other programs do not count. */
  readonly turnMs: number
  /** Milliseconds of processor time in all. */
  readonly totalMs: number
}

/** Runs a piece of work and measures every turn of the event loop. @param onTurn called once per turn */
export async function measureTurns(work: () => unknown, onTurn?: () => void): Promise<Cost> {
  let turnMs = 0
  let isOver = false
  const before = process.cpuUsage()
  let last = threadMs()
  // One immediate per turn: the time between two is everything else in the turn.
  function look(): void {
    const now = threadMs()
    turnMs = Math.max(turnMs, now - last)
    last = now
    onTurn?.()
    if (!isOver) setImmediate(look)
  }
  setImmediate(look)
  await new Promise((resolve) => setImmediate(resolve))
  try {
    await work()
  } finally {
    turnMs = Math.max(turnMs, threadMs() - last)
    onTurn?.()
    isOver = true
  }
  const { user, system } = process.cpuUsage(before)
  return { turnMs, totalMs: (user + system) / 1000 }
}

/** Milliseconds of processor time that this thread has used. */
export function threadMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
