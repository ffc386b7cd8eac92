import { PlatformError } from '../platform-error.ts'
import { toBaseAddress } from './address.ts'
import { toRetry, wait, type RetryPolicy } from './retry.ts'

/** Options of `createSonzaiClient` and `createInvoratecClient`. */
export interface ClientOptions {
  /** Sent with every call; `undefined` or `''` throws. */
  readonly apiKey: string | undefined
  /** Where the API is: https, or http on a loopback address. @default the platform's */
  readonly baseUrl?: string | undefined
  /** Makes the requests. @default the global `fetch` */
  readonly fetch?: typeof globalThis.fetch
  /** Milliseconds one try may take, the answer's body included. @default 30_000 */
  readonly timeoutMs?: number
  /** When calls that may be repeated are tried again. @default 4 tries over some seconds */
  readonly retry?: Partial<RetryPolicy>
  /** Largest answer in bytes. @default 8 MiB */
  readonly maxResponseBytes?: number
  /** Aborts every call. */
  readonly signal?: AbortSignal | undefined
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number
  /** Chance, 0 to 1, for jitter. @default Math.random */
  readonly random?: () => number
  /** Waits between two tries; resolves early when aborted. @default a timer */
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<void>
}

/** Options of a single call. */
export interface CallOptions {
  /** Aborts the call. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds one try may take. @default that of the client */
  readonly timeoutMs?: number | undefined
}

/** What differs between two platforms' HTTP. */
export interface PlatformFacts {
  readonly platform: string
  readonly baseUrl: string
  readonly basePath: string
  /** The headers that carry the key. */
  readonly authorize: (apiKey: string) => Readonly<Record<string, string>>
}

/** An options type with every property set. */
export type Complete<Options> = { readonly [Name in keyof Options]-?: Exclude<Options[Name], undefined> }

/** Options with all defaults. */
export interface Settings extends Complete<Omit<ClientOptions, 'apiKey' | 'baseUrl' | 'retry' | 'signal'>> {
  readonly platform: string
  readonly address: string
  readonly apiKey: string
  readonly headers: Readonly<Record<string, string>>
  readonly retry: RetryPolicy
  readonly signal: AbortSignal | undefined
}

const longestTimer = 2 ** 31 - 1

/** Fills in and checks options. @throws PlatformError `PLATFORM_OPTION_INVALID`, naming the platform and the option */
export function toSettings(
  options: ClientOptions,
  { platform, baseUrl, basePath, authorize }: PlatformFacts,
): Settings {
  const { apiKey, timeoutMs = 30_000, maxResponseBytes = 8 * 1024 * 1024 } = options
  // Anything else would be refused by `fetch`, in an error that quotes it.
  if (typeof apiKey !== 'string' || !/^[\x21-\x7e]+$/.test(apiKey)) {
    throw invalid(platform, 'apiKey must be printable ASCII without spaces, and not empty')
  }
  return {
    platform,
    apiKey,
    address: toBaseAddress(options.baseUrl ?? baseUrl, basePath),
    headers: { accept: 'application/json, application/problem+json', ...authorize(apiKey) },
    fetch: options.fetch ?? globalThis.fetch,
    timeoutMs: checkTimeout(timeoutMs, platform),
    retry: toRetry(options.retry),
    maxResponseBytes: checkPositive('maxResponseBytes', maxResponseBytes, Number.MAX_SAFE_INTEGER, platform),
    signal: options.signal,
    now: options.now ?? Date.now,
    random: options.random ?? Math.random,
    wait: options.wait ?? wait,
  }
}

/** @throws PlatformError `PLATFORM_OPTION_INVALID` */
export function checkTimeout(timeoutMs: number, platform: string): number {
  return checkPositive('timeoutMs', timeoutMs, longestTimer, platform)
}

function checkPositive(name: string, value: number, most: number, platform: string): number {
  if (typeof value === 'number' && value > 0 && value <= most) return value
  throw invalid(platform, `${name} must be a number above 0 and at most ${most}`)
}

function invalid(platform: string, detail: string): PlatformError {
  return new PlatformError('PLATFORM_OPTION_INVALID', { platform, detail })
}
