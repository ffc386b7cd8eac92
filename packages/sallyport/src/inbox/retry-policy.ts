import { allow } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import { invalid } from './inbox-error.ts'
import { withDefaults } from './with-defaults.ts'

/** When a failed event is retried; plain data, so it can be printed and stored. */
export interface RetryPolicy {
  /** Attempts in all, the first included. @default 8 */
  readonly attempts: number
  /** Milliseconds before the second attempt. @default 1_000 */
  readonly delayMs: number
  /** Each wait is this many times the one before. @default 3 */
  readonly factor: number
  /** Longest wait in milliseconds. @default 3_600_000 */
  readonly maxDelayMs: number
  /** Random part of each wait, 0 to 1, so that events that failed together do not retry together. @default 0.2 */
  readonly jitter: number
}

/** Eight attempts within 20 minutes. */
export const defaultRetryPolicy: RetryPolicy = {
  attempts: 8,
  delayMs: 1_000,
  factor: 3,
  maxDelayMs: 3_600_000,
  jitter: 0.2,
}

/** A part of a `RetryPolicy`. */
export type RetryOptions = { readonly [Name in keyof RetryPolicy]?: RetryPolicy[Name] | undefined }

const rules: OptionRules<RetryOptions> = {
  attempts: allow.integer(1),
  delayMs: allow.number(0),
  factor: allow.number(1),
  maxDelayMs: allow.number(0),
  jitter: allow.number(0, 1),
}

/** @throws InboxError `INBOX_OPTION_INVALID` */
export function checkRetry(options: RetryOptions = {}): void {
  checkOptions('createInbox, retry', options, rules, invalid)
  const { delayMs, maxDelayMs } = toRetryPolicy(options)
  if (maxDelayMs < delayMs)
    invalid(`createInbox, retry: maxDelayMs must be at least delayMs (${delayMs}), not ${maxDelayMs}`)
}

/** Fills in defaults. */
export function toRetryPolicy(options: RetryOptions = {}): RetryPolicy {
  return withDefaults(options, defaultRetryPolicy, rules)
}

/**
 * Milliseconds to wait after a failed attempt.
 *
 * @param attempt the attempt that failed, 1 for the first
 * @param chance 0 to 1
 */
export function retryDelay(policy: RetryPolicy, attempt: number, chance: number): number {
  const full = Math.min(policy.maxDelayMs, policy.delayMs * policy.factor ** (attempt - 1))
  return Math.round(full * (1 - policy.jitter * chance))
}

// A process that ends says little about the event it was handling: even a policy of one attempt gets three.
const fewestAttempts = 3

/**
 * What follows an attempt whose process ended, for every engine that counts such ends (BullMQ does not, see its `claim.ts`):
 * a retry at once after the first, then after the waits of the policy, so that an event that kills its process meets the
 * others no more. `undefined` makes the event dead.
 *
 * @param attempt the attempt that was lost, 1 for the first
 */
export function delayAfterLostAttempt(policy: RetryPolicy, attempt: number): number | undefined {
  if (attempt >= Math.max(fewestAttempts, policy.attempts)) return undefined
  return attempt < 2 ? 0 : retryDelay(policy, attempt - 1, Math.random())
}
