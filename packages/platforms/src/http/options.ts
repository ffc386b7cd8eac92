import { allow, checkOptions, checkValue, findSecretFlaw, longestTimer, type OptionRules } from 'sallyport/provider'
import type { Complete } from '../objects.ts'
import { PlatformError, type PlatformErrorFacts } from '../platform-error.ts'
import { toBaseAddress } from './address.ts'
import { toRetry, wait, type RetryPolicy } from './retry.ts'

/** Options of `createSonzaiClient` and `createInvoratecClient`. */
export interface ClientOptions {
  /** Sent with every call. `undefined` and `''` throw. */
  readonly apiKey: string | undefined
  /** Address of the API: https, or http on a loopback address. @default the platform's */
  readonly baseUrl?: string | undefined
  /** Makes the requests. @default the global `fetch` */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Longest time of one try in milliseconds, including the answer's body. @default 30_000 */
  readonly timeoutMs?: number | undefined
  /** Retries of calls that may be repeated. @default 4 tries within a few seconds */
  readonly retry?: RetryPolicy | undefined
  /** Largest answer in bytes. @default 8 MiB */
  readonly maxResponseBytes?: number | undefined
  /** Aborts all calls. */
  readonly signal?: AbortSignal | undefined
  /** Returns the time in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined
  /** Returns a random number from 0 to 1, for jitter. @default Math.random */
  readonly random?: (() => number) | undefined
  /** Waits before a retry; resolves early when aborted. @default a timer */
  readonly wait?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined
}

/** What each option of a client may be. */
export const clientRules: OptionRules<ClientOptions> = {
  // Its format is checked with the address.
  apiKey: allow.anything,
  baseUrl: allow.anything,
  fetch: allow.function,
  timeoutMs: allow.above0(longestTimer),
  retry: allow.record,
  maxResponseBytes: allow.above0(),
  signal: allow.having('an AbortSignal', 'addEventListener'),
  now: allow.function,
  random: allow.function,
  wait: allow.function,
}

/** Options of a single call. */
export interface CallOptions {
  /** Aborts the call. */
  readonly signal?: AbortSignal | undefined
  /** Longest time of one try in milliseconds. @default the client's */
  readonly timeoutMs?: number | undefined
}

/** What differs between the platforms' HTTP. */
export interface PlatformFacts {
  readonly platform: string
  readonly baseUrl: string
  readonly basePath: string
  /** Returns the headers that carry the key. */
  readonly authorize: (apiKey: string) => Readonly<Record<string, string>>
}

/** Options with all defaults. */
export interface Settings extends Complete<Omit<ClientOptions, 'apiKey' | 'baseUrl' | 'retry' | 'signal'>> {
  readonly platform: string
  readonly address: string
  readonly apiKey: string
  readonly headers: Readonly<Record<string, string>>
  readonly retry: Complete<RetryPolicy>
  readonly signal: AbortSignal | undefined
}

/** Checks options and fills in defaults. @throws PlatformError `PLATFORM_OPTION_INVALID`, naming the platform and the option */
export function toSettings(
  options: ClientOptions,
  rules: OptionRules<ClientOptions>,
  { platform, baseUrl, basePath, authorize }: PlatformFacts,
): Settings {
  const place = platform === 'sonzai' ? 'createSonzaiClient' : 'createInvoratecClient'
  const fail: (detail: string) => never = failFor({ platform })
  checkOptions(place, options, rules, fail)
  const { apiKey, timeoutMs = 30_000, maxResponseBytes = 8 * 1024 * 1024 } = options
  // `fetch` would reject anything else, in an error that quotes it.
  const flaw = typeof apiKey === 'string' ? findSecretFlaw(apiKey) : undefined
  if (flaw !== undefined) fail(`apiKey ${flaw}`)
  if (typeof apiKey !== 'string' || !/^[\x21-\x7e]+$/.test(apiKey)) {
    fail('apiKey must be non-empty printable ASCII without spaces')
  }
  return {
    platform,
    apiKey,
    address: toBaseAddress(options.baseUrl ?? baseUrl, basePath),
    headers: { accept: 'application/json, application/problem+json', ...authorize(apiKey) },
    fetch: options.fetch ?? globalThis.fetch,
    timeoutMs,
    retry: toRetry(options.retry, fail),
    maxResponseBytes,
    signal: options.signal,
    now: options.now ?? Date.now,
    random: options.random ?? Math.random,
    wait: options.wait ?? wait,
  }
}

/** @throws PlatformError `PLATFORM_OPTION_INVALID` */
export function checkTimeout(timeoutMs: number, platform: string): number {
  checkValue('call', 'timeoutMs', timeoutMs, clientRules.timeoutMs, failFor({ platform }))
  return timeoutMs
}

/** Throws the errors of `checkOptions` for a platform, or for one of its operations. */
export function failFor(facts: PlatformErrorFacts): (detail: string) => never {
  return (detail) => {
    throw new PlatformError('PLATFORM_OPTION_INVALID', { ...facts, detail })
  }
}
