import { looks } from './looks.ts'

/** What a piece of work costs. */
export interface Cost {
  /** Milliseconds of the longest turn of the event loop, in processor time of its thread: other programs do not count. */
  readonly turnMs: number
  /** Milliseconds of processor time in all. */
  readonly totalMs: number
  /** Milliseconds of the longest turn that did each step of the work; a step ends with a look at the clock. */
  readonly turnMsOfSteps: readonly number[]
}

/** Runs a piece of work and measures every turn of the event loop. @param onTurn called once per turn */
export async function measureTurns(work: () => unknown, onTurn?: () => void): Promise<Cost> {
  const turnMsOfSteps: number[] = []
  let isOver = false
  const before = process.cpuUsage()
  const begun = looks.count
  let last = threadMs()
  let step = 0
  function endTurn(): void {
    const ms = threadMs() - last
    for (const until = looks.count - begun; step < until; step++) add(ms)
    add(ms)
    onTurn?.()
    last = threadMs()
  }
  function add(ms: number): void {
    turnMsOfSteps[step] = Math.max(ms, turnMsOfSteps[step] ?? 0)
  }
  // One immediate per turn: the time between two is everything else in the turn.
  function look(): void {
    if (isOver) return
    endTurn()
    setImmediate(look)
  }
  setImmediate(look)
  await new Promise((resolve) => setImmediate(resolve))
  try {
    await work()
  } finally {
    endTurn()
    isOver = true
  }
  const { user, system } = process.cpuUsage(before)
  return { turnMs: longest(turnMsOfSteps), totalMs: (user + system) / 1000, turnMsOfSteps }
}

/**
 * What several runs of the same work have in common. A turn that is long because of the work is long at the same step of every
 * run. What a machine, the compiler or the garbage collector adds meets other steps each time.
 */
export function leastOf(costs: readonly Cost[]): Cost {
  const turnMsOfSteps: number[] = []
  for (const cost of costs)
    for (const [step, ms] of cost.turnMsOfSteps.entries())
      turnMsOfSteps[step] = Math.min(ms, turnMsOfSteps[step] ?? Infinity)
  return {
    turnMs: longest(turnMsOfSteps),
    // Infinity for no runs.
    totalMs: Math.min(...costs.map(({ totalMs }) => totalMs)),
    turnMsOfSteps,
  }
}

function longest(turnMs: readonly number[]): number {
  return turnMs.reduce((most, ms) => Math.max(most, ms), 0)
}

/** Milliseconds of processor time that this thread has used. */
export function threadMs(): number {
  // Linux brings a thread's time up to date at its next tick, up to 10 ms late, and at once when asked for the process's.
  process.cpuUsage()
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
