import { PlatformError } from '../platform-error.ts'

/** When a call that may be repeated is tried again. */
export interface RetryPolicy {
  /** Tries in all, the first included. @default 4 */
  readonly attempts: number
  /** Milliseconds the first wait lies below; each further one below twice that. @default 250 */
  readonly delayMs: number
  /** Longest wait in milliseconds; a platform that asks for more with `Retry-After` is not waited for. @default 30_000 */
  readonly maxDelayMs: number
}

export const defaultRetry: RetryPolicy = { attempts: 4, delayMs: 250, maxDelayMs: 30_000 }

/** Fills in defaults. @throws PlatformError `PLATFORM_OPTION_INVALID` */
export function toRetry(options: Partial<RetryPolicy> = {}): RetryPolicy {
  const retry = { ...defaultRetry, ...options }
  const isSound =
    Number.isInteger(retry.attempts) && retry.attempts >= 1 && retry.delayMs >= 0 && retry.maxDelayMs >= retry.delayMs
  if (!isSound) {
    throw new PlatformError('PLATFORM_OPTION_INVALID', {
      detail: 'retry: attempts, delayMs and maxDelayMs must make sense',
    })
  }
  return retry
}

/**
 * Milliseconds to wait before the next try, with full jitter: anything up to the bound, so that what failed together does
 * not return together.
 *
 * @param failures how many there were in a row, 1 after the first
 * @param chance 0 to 1
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

/** Whether a call that failed like this may succeed when it is made again. */
export function isTransient(error: unknown): error is PlatformError {
  return PlatformError.is(error) && (transient.has(error.code) || error.status === 408 || error.status === 425)
}

/** How long to wait after a failure; `undefined` when another try is not worth it, or not soon enough. */
export function nextWait(error: unknown, failures: number, retry: RetryPolicy, chance: number): number | undefined {
  if (failures >= retry.attempts || !isTransient(error)) return undefined
  const own = backoff(retry.delayMs, retry.maxDelayMs, failures, chance)
  const asked = error.retryAfterMs ?? 0
  return asked > retry.maxDelayMs ? undefined : Math.max(own, asked)
}

/**
 * Milliseconds a `Retry-After` header asks for (RFC 9110, section 10.2.3: seconds or a date); `undefined` for none, or one
 * that cannot be read.
 */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  const text = value?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  // A date in the form of the RFC; `Date.parse` alone would take nearly anything.
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
