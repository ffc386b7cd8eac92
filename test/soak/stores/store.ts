import type { EngineChoice } from '../../support/inbox/open-engine.ts'
import type { StoreFault } from '../chaos/plan.ts'

/** The store of one soak: its own, so that it can be harmed. */
export interface SoakStore {
  /** How receivers and workers open it. */
  readonly choice: EngineChoice
  /** How it is only read. */
  readonly viewer: EngineChoice
  /** What can be done to it here. */
  readonly faults: readonly StoreFault[]
  /** Harms it, and heals it after `forMs`. */
  strike(fault: StoreFault, forMs: number): Promise<void>
  /** Ends and removes it. */
  remove(): Promise<void>
}

/** Milliseconds after which a silent process has lost its events: shorter than the pauses of a plan. */
export const leaseMs = 3_000
