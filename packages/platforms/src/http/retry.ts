import { allow, checkOptions, type OptionRules } from 'sallyport/provider'
import type { Complete } from '../objects.ts'
import { PlatformError } from '../platform-error.ts'

/** How often, and when, a call that may be repeated is retried. */
export interface RetryPolicy {
  /** Tries per call, the first included. @default 4 */
  readonly attempts?: number | undefined
  /** Longest first wait in milliseconds; it doubles with each retry. @default 250 */
  readonly delayMs?: number | undefined
  /** Longest wait in milliseconds. A longer `Retry-After` ends the retries. @default 30_000 */
  readonly maxDelayMs?: number | undefined
}

const rules: OptionRules<RetryPolicy> = {
  attempts: allow.integer(1),
  delayMs: allow.number(0),
  maxDelayMs: allow.number(0),
}

/** Checks a policy and fills in defaults. @throws what `fail` throws */
export function toRetry(options: RetryPolicy | undefined, fail: (detail: string) => never): Complete<RetryPolicy> {
  const given = options ?? {}
  checkOptions('retry', given, rules, fail)
  const { attempts = 4, delayMs = 250, maxDelayMs = 30_000 } = given
  if (maxDelayMs < delayMs) fail(`retry: maxDelayMs must be at least delayMs (${delayMs}), not ${maxDelayMs}`)
  return { attempts, delayMs, maxDelayMs }
}

/**
 * Returns the milliseconds until the next try, with full jitter, so that clients that failed together do not retry together.
 *
 * @param failures in a row, 1 after the first
 * @param chance from 0 to 1
 */
export function backoff(delayMs: number, maxDelayMs: number, failures: number, chance: number): number {
  return Math.round(Math.min(maxDelayMs, delayMs * 2 ** (failures - 1)) * chance)
}

const transient: ReadonlySet<string> = new Set([
  'PLATFORM_NETWORK',
  'PLATFORM_TIMEOUT',
  'PLATFORM_RATE_LIMITED',
  'PLATFORM_UNAVAILABLE',
])

/** Whether a retry may succeed after this error. */
function isTransient(error: unknown): error is PlatformError {
  return PlatformError.is(error) && (transient.has(error.code) || error.status === 408 || error.status === 425)
}

/** Returns the milliseconds until the next try, or `undefined` if there is none. */
export function nextWait(
  error: unknown,
  failures: number,
  retry: Complete<RetryPolicy>,
  chance: number,
): number | undefined {
  if (failures >= retry.attempts || !isTransient(error)) return undefined
  const own = backoff(retry.delayMs, retry.maxDelayMs, failures, chance)
  const asked = error.retryAfterMs ?? 0
  return asked > retry.maxDelayMs ? undefined : Math.max(own, asked)
}

/**
 * Reads a `Retry-After` header (RFC 9110, section 10.2.3: seconds or a date) as milliseconds; `undefined` if it is missing or
 * invalid.
 */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  const text = value?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  // Only dates as in the RFC; `Date.parse` alone accepts nearly anything.
  if (!/^[A-Z][a-z]{2,8},? /.test(text)) return undefined
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : Math.max(0, time - now)
}

/** Waits; resolves early, without an error, when the signal is aborted. */
export function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const timer = setTimeout(end, ms)
    signal?.addEventListener('abort', end, { once: true })
    function end(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
  })
}
