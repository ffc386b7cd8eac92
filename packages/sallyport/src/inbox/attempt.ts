import { isPermanent } from '../errors/sallyport-error.ts'
import type { RunEvent, StoredEvent } from './engine.ts'
import { toErrorText } from './inbox-error.ts'
import { retryDelay, type RetryPolicy } from './retry-policy.ts'

/** What became of an attempt, for an engine to write. */
export interface AttemptResult {
  readonly outcome: 'handled' | 'retried' | 'dead'
  /** Name and message of what was thrown. */
  readonly error?: string | undefined
  readonly thrown?: unknown
  /** Milliseconds until the next attempt, for `retried`. */
  readonly waitMs?: number | undefined
}

/** Runs the handlers of an event once and decides what follows; never rejects. */
export async function attempt(
  run: RunEvent,
  event: StoredEvent,
  retry: RetryPolicy,
  signal: AbortSignal,
): Promise<AttemptResult> {
  const number = event.attempts
  const isLast = number >= retry.attempts
  try {
    await run(event, { number, isLast, idempotencyKey: event.key, signal })
    return { outcome: 'handled' }
  } catch (thrown) {
    const failed = { error: toErrorText(thrown), thrown }
    if (isLast || isPermanent(thrown)) return { ...failed, outcome: 'dead' }
    return { ...failed, outcome: 'retried', waitMs: retryDelay(retry, number, Math.random()) }
  }
}
