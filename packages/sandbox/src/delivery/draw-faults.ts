import type { Random } from '../random.ts'
import type { CompleteFault, FaultKind } from './fault.ts'

/** The faults one attempt suffers, by kind. */
export type DrawnFaults = ReadonlyMap<FaultKind, CompleteFault>

/**
 * Draws what happens to one attempt. Faults of the delivery itself come first, then those of its registration, then those of
 * all; the first that says something of a kind decides. Chance is asked once for each uncertain fault, in that order.
 */
export function drawFaults(faults: readonly CompleteFault[], attemptNumber: number, random: Random): DrawnFaults {
  const decided = new Set<FaultKind>()
  const drawn = new Map<FaultKind, CompleteFault>()
  for (const fault of faults) {
    if (decided.has(fault.kind) || (fault.attempts === 'first' && attemptNumber > 1)) continue
    decided.add(fault.kind)
    if (fault.probability === 1 || random() < fault.probability) drawn.set(fault.kind, fault)
  }
  return drawn
}
