import { SallyportError } from 'sallyport'
import { allow, checkOptions, type OptionRules } from 'sallyport/provider'
import type { Random } from './faults.ts'

/** How often, and when, a delivery without a 2xx answer is retried. */
export interface RetryPolicy {
  /** Attempts per delivery, the first included. @default 5 */
  readonly attempts?: number | undefined
  /** Milliseconds before the first retry; doubles with each retry. @default 1_000 */
  readonly delayMs?: number | undefined
  /** Longest wait in milliseconds, also for `Retry-After`. @default 60_000 */
  readonly maxDelayMs?: number | undefined
}

/** A policy with all defaults. */
export interface CompleteRetryPolicy {
  readonly attempts: number
  readonly delayMs: number
  readonly maxDelayMs: number
}

const rules: OptionRules<RetryPolicy> = {
  attempts: allow.integer(1),
  delayMs: allow.number(0),
  maxDelayMs: allow.number(0),
}

/** Checks a policy and fills in defaults. @throws SallyportError `OPTION_INVALID` */
export function toRetryPolicy(policy: RetryPolicy = {}): CompleteRetryPolicy {
  checkOptions('createSandbox, retry', policy, rules)
  const { attempts = 5, delayMs = 1000, maxDelayMs = 60_000 } = policy
  if (maxDelayMs < delayMs)
    throw new SallyportError('OPTION_INVALID', `createSandbox, retry: maxDelayMs must be at least delayMs (${delayMs})`)
  return { attempts, delayMs, maxDelayMs }
}

/** Returns the milliseconds until the next attempt: exponential, up to 25 % less at random, at least `Retry-After`. */
export function toDelay(
  { delayMs, maxDelayMs }: CompleteRetryPolicy,
  attemptNumber: number,
  retryAfterSeconds: number,
  random: Random,
): number {
  const grown = delayMs * 2 ** (attemptNumber - 1)
  const spread = grown * (0.75 + random() * 0.25)
  return Math.min(Math.max(spread, retryAfterSeconds * 1000), maxDelayMs)
}
