import { describeError } from '../inbox-error.ts'
import { isPermanent } from '../attempt.ts'
import { retryDelay, type RetryPolicy } from '../retry-policy.ts'

/** How BullMQ is told that a job is not to be tried again. */
const never = -1

/** What BullMQ is told of a failed run: a message that may be kept, and when to try again. */
export class HandlerFailure extends Error {
  override readonly name = 'HandlerFailure'
  /** What the handler threw. */
  readonly reason: unknown
  /** For BullMQ's `backoffStrategy`. */
  readonly waitMs: number

  constructor(reason: unknown, waitMs: number) {
    super(describeError(reason))
    this.reason = reason
    this.waitMs = waitMs
  }

  get isFinal(): boolean {
    return this.waitMs === never
  }
}

/** @param attempt the run that failed, 1 for the first */
export function toFailure(reason: unknown, retry: RetryPolicy, attempt: number): HandlerFailure {
  const isFinal = attempt >= retry.attempts || isPermanent(reason)
  return new HandlerFailure(reason, isFinal ? never : retryDelay(retry, attempt, Math.random()))
}
