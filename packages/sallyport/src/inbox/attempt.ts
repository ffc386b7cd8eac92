import { isPermanent } from '../errors/sallyport-error.ts'
import { toAttemptFailure } from './attempt-failure.ts'
import type { ConsumeOptions, RunEvent, StoredEvent } from './engine.ts'
import { toFailureShape } from './failure-shape.ts'
import type { AttemptFailure } from './history.ts'
import { toErrorText } from './inbox-error.ts'
import { retryDelay } from './retry-policy.ts'

/** What became of an attempt, for an engine to write. */
export interface AttemptResult {
  readonly outcome: 'handled' | 'retried' | 'dead'
  /** Name and message of what was thrown. */
  readonly error?: string | undefined
  /** For the history. */
  readonly failure?: AttemptFailure | undefined
  /** What events that fail in the same way have in common. */
  readonly shape?: string | undefined
  /** Milliseconds that the handlers took. */
  readonly durationMs: number
  readonly thrown?: unknown
  /** Milliseconds until the next attempt, for `retried`. */
  readonly waitMs?: number | undefined
}

/** Runs the handlers of an event once and decides what follows; never rejects. */
export async function attempt(
  run: RunEvent,
  event: StoredEvent,
  { retry, redact = (text) => text }: Pick<ConsumeOptions, 'retry' | 'redact'>,
  signal: AbortSignal,
): Promise<AttemptResult> {
  const number = event.attempts
  const isLast = number >= retry.attempts
  const start = performance.now()
  const readDuration = (): number => Math.round(performance.now() - start)
  try {
    await run(event, { number, isLast, idempotencyKey: event.key, signal })
    return { outcome: 'handled', durationMs: readDuration() }
  } catch (thrown) {
    const durationMs = readDuration()
    const hide = (text: string): string => redact(text, event.provider)
    const failure = toAttemptFailure(thrown, hide)
    const failed = { error: toErrorText(thrown, hide), failure, shape: toFailureShape(failure), thrown, durationMs }
    if (isLast || isPermanent(thrown)) return { ...failed, outcome: 'dead' }
    return { ...failed, outcome: 'retried', waitMs: retryDelay(retry, number, Math.random()) }
  }
}
