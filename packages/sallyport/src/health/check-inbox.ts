import type { Inbox } from '../inbox/inbox.ts'
import { InboxError, withTimeout } from '../inbox/inbox-error.ts'
import type { FailedCheck } from './health-codes.ts'
import { share } from './share.ts'

/** What an inbox must keep within to be ready. */
export interface Bounds {
  readonly maxBacklog: number | undefined
  readonly maxOldestMs: number | undefined
  readonly maxClaimMs: number
  readonly timeoutMs: number
}

type Failed = Omit<FailedCheck, 'inbox' | 'guard'>

/** Makes the check whether an inbox is ready. It takes `timeoutMs` at most, whatever the store does. */
export function createInboxCheck(inbox: Inbox, bounds: Bounds): () => Promise<readonly Failed[]> {
  let hasOpened = false
  // A store that hangs is asked once, not again by each probe that gives up waiting.
  const write = share(() => inbox.checkWritable(), 0)
  const look = share(() => inbox.stats(), 0)

  async function checkStore(): Promise<readonly Failed[]> {
    try {
      await withTimeout(write(), bounds.timeoutMs)
      hasOpened = true
      return []
    } catch (error) {
      const isLate = InboxError.is(error) && error.code === 'INBOX_TIMEOUT'
      return [isLate && !hasOpened ? { check: 'store', code: 'STARTING' } : toFailed('store', error)]
    }
  }

  async function checkBacklog(): Promise<readonly Failed[]> {
    const { maxBacklog, maxOldestMs, timeoutMs } = bounds
    if (maxBacklog === undefined && maxOldestMs === undefined) return []
    try {
      const { counts, oldestPendingMs = 0 } = await withTimeout(look(), timeoutMs)
      if (counts.pending > (maxBacklog ?? Infinity)) return [{ check: 'backlog', code: 'BACKLOG_LARGE' }]
      return oldestPendingMs > (maxOldestMs ?? Infinity) ? [{ check: 'backlog', code: 'BACKLOG_OLD' }] : []
    } catch (error) {
      return [toFailed('backlog', error)]
    }
  }

  // Where deliveries are stored too, a worker that fails later is no reason to take none: storing is what keeps them.
  function checkWorker(): readonly Failed[] {
    const { state, isWorker, failingMs = 0 } = inbox.workStatus()
    if (state === 'starting') return [{ check: 'worker', code: 'WORKER_STARTING' }]
    return isWorker && failingMs > bounds.maxClaimMs ? [{ check: 'worker', code: 'WORKER_FAILING' }] : []
  }

  return async () => {
    const [store, backlog] = await Promise.all([checkStore(), checkBacklog()])
    // Without a store there is no backlog and no work either.
    return store.length > 0 ? store : [...checkWorker(), ...backlog]
  }
}

function toFailed(check: Failed['check'], error: unknown): Failed {
  return { check, code: InboxError.is(error) ? error.code : 'CHECK_FAILED' }
}
