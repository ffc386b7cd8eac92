import { InboxError } from './inbox-error.ts'

/** When a failed event is tried again; data, so that it can be printed and stored. */
export interface RetryPolicy {
  /** Runs in all, the first included. @default 8 */
  readonly attempts: number
  /** Milliseconds before the second run. @default 1_000 */
  readonly delayMs: number
  /** Each wait is this many times the one before. @default 3 */
  readonly factor: number
  /** Longest wait in milliseconds. @default 3_600_000 */
  readonly maxDelayMs: number
  /** Part of each wait that is left to chance, 0 to 1, so that what failed together does not return together. @default 0.2 */
  readonly jitter: number
}

/** Eight runs over about an hour. */
export const defaultRetryPolicy: RetryPolicy = {
  attempts: 8,
  delayMs: 1_000,
  factor: 3,
  maxDelayMs: 3_600_000,
  jitter: 0.2,
}

/** Fills in defaults. @throws InboxError `INBOX_OPTION_INVALID` */
export function toRetryPolicy(options: Partial<RetryPolicy> = {}): RetryPolicy {
  const policy = { ...defaultRetryPolicy, ...options }
  const isSound =
    Number.isInteger(policy.attempts) &&
    policy.attempts >= 1 &&
    policy.delayMs >= 0 &&
    policy.factor >= 1 &&
    policy.maxDelayMs >= policy.delayMs &&
    policy.jitter >= 0 &&
    policy.jitter <= 1
  if (!isSound) throw new InboxError('INBOX_OPTION_INVALID', 'the retry policy holds a value that makes no sense')
  return policy
}

/**
 * Milliseconds to wait after a failed run.
 *
 * @param attempt the run that failed, 1 for the first
 * @param chance 0 to 1
 */
export function retryDelay(policy: RetryPolicy, attempt: number, chance: number): number {
  const full = Math.min(policy.maxDelayMs, policy.delayMs * policy.factor ** (attempt - 1))
  return Math.round(full * (1 - policy.jitter * chance))
}
