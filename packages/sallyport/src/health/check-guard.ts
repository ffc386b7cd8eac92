import { isOwnError } from '../errors/sallyport-error.ts'
import { withTimeout } from '../inbox/inbox-error.ts'
import type { ReplayGuard } from '../receive/replay-terms.ts'
import { guardCodes, type FailedCheck, type GuardCode } from './health-codes.ts'
import { share } from './share.ts'

type Failed = Omit<FailedCheck, 'inbox' | 'guard'>

/** Makes the check whether a replay guard can be used. It takes `timeoutMs` at most, whatever its store does. */
export function createGuardCheck(guard: ReplayGuard, timeoutMs: number): () => Promise<readonly Failed[]> {
  // A store that hangs is asked once, not again by each probe that gives up waiting.
  const ask = share(async () => guard.ready?.(), 0)

  return async () => {
    try {
      await withTimeout(ask(), timeoutMs)
      return []
    } catch (error) {
      return [{ check: 'guard', code: toCode(error) }]
    }
  }
}

// A guard of the user's own rejects with anything, and what does not answer in time takes no delivery either.
function toCode(error: unknown): GuardCode {
  const code = isOwnError(error) ? guardCodes.find((one) => one === error.code) : undefined
  return code ?? 'REPLAY_GUARD_FAILED'
}
