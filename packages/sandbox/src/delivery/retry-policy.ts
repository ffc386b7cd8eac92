import { SallyportError } from 'sallyport'
import type { Random } from './faults.ts'

/** How often and when a delivery that was not answered with 2xx is sent again. */
export interface RetryPolicy {
  /** Most attempts, the first included. @default 5 */
  readonly attempts?: number
  /** Milliseconds before the second attempt; doubled for each further one. @default 1000 */
  readonly delayMs?: number
  /** Longest wait, milliseconds; a `Retry-After` is heeded up to here. @default 60000 */
  readonly maxDelayMs?: number
}

/** Completes a policy and checks it. */
export function toRetryPolicy(policy: RetryPolicy = {}): Required<RetryPolicy> {
  const { attempts = 5, delayMs = 1000, maxDelayMs = 60_000 } = policy
  if (!Number.isInteger(attempts) || attempts < 1) invalid('attempts', 'a whole number from 1')
  if (!(delayMs >= 0)) invalid('delayMs', 'a number of milliseconds')
  if (!(maxDelayMs >= delayMs)) invalid('maxDelayMs', 'no less than delayMs')
  return { attempts, delayMs, maxDelayMs }
}

/** Milliseconds to wait after an attempt: exponential, a quarter of it by chance, never less than the receiver asks for. */
export function toDelay(
  { delayMs, maxDelayMs }: Required<RetryPolicy>,
  attemptNumber: number,
  retryAfterSeconds: number,
  random: Random,
): number {
  const grown = delayMs * 2 ** (attemptNumber - 1)
  const spread = grown * (0.75 + random() * 0.25)
  return Math.min(Math.max(spread, retryAfterSeconds * 1000), maxDelayMs)
}

function invalid(name: string, must: string): never {
  throw new SallyportError('OPTION_INVALID', `retry.${name}: must be ${must}`)
}
