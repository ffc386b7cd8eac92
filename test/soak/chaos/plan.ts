import { createRandom } from '../../support/random.ts'

/** What may happen to a process. */
export const processFaults = ['kill', 'pause', 'stop'] as const

/** What may happen to a store; which ones is up to the store. */
export type StoreFault = 'killed' | 'frozen' | 'cut off' | 'locked' | 'full'

/** One thing that goes wrong, at its time. */
export type Fault =
  | {
      readonly atMs: number
      readonly kind: (typeof processFaults)[number]
      /** Which process, by its name. */
      readonly whom: string
      /** How long it is paused, or stays away before it is started again. */
      readonly forMs: number
    }
  | { readonly atMs: number; readonly kind: StoreFault; readonly whom: 'store'; readonly forMs: number }

/** From what a plan is made. */
export interface PlanOptions {
  readonly seed: number
  readonly durationMs: number
  /** Names of processes that faults may hit. */
  readonly processes: readonly string[]
  readonly storeFaults: readonly StoreFault[]
  /** After this time other processes take over from one that is silent; pauses are shorter and longer. */
  readonly leaseMs: number
}

const shortestGapMs = 300
const longestGapMs = 2_700
// Every fifth fault is the store's. With more, hardly anything would be handled in between.
const storeFaultOneIn = 5
const longestAwayMs = 1_500
const longestOutageMs = 5_000

/** Makes the faults of one run, in the order of their times; the same for the same options. */
export function createPlan({ seed, durationMs, processes, storeFaults, leaseMs }: PlanOptions): readonly Fault[] {
  const random = createRandom(seed, 0)
  const between = (least: number, most: number): number => least + random.integer(most - least)
  const plan: Fault[] = []
  // Everything is over before the time is up.
  const last = durationMs - Math.min(longestOutageMs, durationMs / 3)
  for (let atMs = between(shortestGapMs, longestGapMs); atMs < last; atMs += between(shortestGapMs, longestGapMs)) {
    if (storeFaults.length > 0 && random.oneIn(storeFaultOneIn)) {
      const kind = random.pick(storeFaults)
      plan.push({ atMs, kind, whom: 'store', forMs: between(100, longestOutageMs) })
      // One at a time, with a breath after it.
      atMs += plan.at(-1)!.forMs
    } else {
      const kind = random.pick(processFaults)
      const forMs = kind === 'pause' ? between(leaseMs / 2, leaseMs * 2.5) : between(0, longestAwayMs)
      plan.push({ atMs, kind, whom: random.pick(processes), forMs })
    }
  }
  return plan
}
