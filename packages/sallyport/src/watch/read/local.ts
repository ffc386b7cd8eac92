import type { ReplayGuardUsage } from '../../receive/replay-terms.ts'
import type { WatchRules } from '../rules.ts'
import type { LocalReport } from '../state.ts'
import type { Watched } from '../watched.ts'
import { createFailureWindow } from './failures.ts'

/** Reads what only this process knows: what its receivers count and hold. */
export type ReadLocal = (now: number) => Promise<Omit<LocalReport, 'scopes'>>

/** @param onError gets what a guard throws */
export function createLocalReading(watched: Watched, rules: WatchRules, onError: (error: unknown) => void): ReadLocal {
  const { receivers } = watched
  const readFailures = rules.signatureFailures && createFailureWindow(watched, rules.signatureFailures.withinMs)

  async function readGuards(): Promise<Record<string, number>> {
    const shares: Record<string, number> = {}
    for (const { provider, replayGuard } of receivers) {
      try {
        const usage = await replayGuard?.usage?.()
        const share = usage === undefined ? undefined : toShare(usage)
        if (share !== undefined) shares[provider.name] = Math.max(share, shares[provider.name] ?? 0)
      } catch (error) {
        onError(error)
      }
    }
    return shares
  }

  function readEnds(): Record<string, number> {
    const ends: Record<string, number> = {}
    for (const receiver of receivers) {
      const end = receiver.describe().secretsEndAt?.getTime()
      const { name } = receiver.provider
      if (end !== undefined) ends[name] = Math.min(end, ends[name] ?? Infinity)
    }
    return ends
  }

  return async (now) => ({
    at: now,
    failures: readFailures?.(now) ?? {},
    guards: rules.replayGuardAbove === undefined ? {} : await readGuards(),
    ends: rules.secretEndsWithinDays === undefined ? {} : readEnds(),
  })
}

// A guard without a capacity of its own is never full.
function toShare({ held, capacity }: ReplayGuardUsage): number | undefined {
  return capacity === undefined || !(capacity > 0) ? undefined : held / capacity
}
