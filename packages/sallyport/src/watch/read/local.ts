import { withTimeout } from '../../inbox/inbox-error.ts'
import type { ReplayGuard } from '../../receive/replay-terms.ts'
import type { WatchRules } from '../rules.ts'
import type { LocalReport } from '../state.ts'
import type { Watched, WatchedReceiver } from '../watched.ts'
import { createFailureWindow } from './failures.ts'

/** Reads what only this process knows: what its receivers count and hold. */
export type ReadLocal = (now: number) => Promise<Omit<LocalReport, 'scopes'>>

/** How guards are asked. */
export interface GuardOptions {
  readonly timeoutMs: number
  /** Gets what a guard throws. */
  readonly onError: (error: unknown) => void
}

export function createLocalReading(
  watched: Watched,
  rules: WatchRules,
  { timeoutMs, onError }: GuardOptions,
): ReadLocal {
  const { receivers } = watched
  const readFailures = rules.signatureFailures && createFailureWindow(watched, rules.signatureFailures.withinMs)

  async function readGuards(): Promise<Pick<LocalReport, 'guards' | 'unknownGuards'>> {
    const guards: Record<string, number> = {}
    const unknown = new Set<string>()

    async function read({ provider: { name }, replayGuard }: WatchedReceiver): Promise<void> {
      try {
        const share = await withTimeout(readShare(replayGuard), timeoutMs)
        if (share !== undefined) guards[name] = Math.max(share, guards[name] ?? 0)
      } catch (error) {
        unknown.add(name)
        onError(error)
      }
    }
    await Promise.all(receivers.map(read))
    return unknown.size === 0 ? { guards } : { guards, unknownGuards: [...unknown].toSorted() }
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
    ...(rules.replayGuardAbove === undefined ? { guards: {} } : await readGuards()),
    ends: rules.secretEndsWithinDays === undefined ? {} : readEnds(),
  })
}

// A guard without a capacity of its own is never full.
async function readShare(guard: ReplayGuard | undefined): Promise<number | undefined> {
  const usage = await guard?.usage?.()
  const share = usage?.capacity === undefined ? undefined : usage.held / usage.capacity
  return Number.isFinite(share) ? share : undefined
}
