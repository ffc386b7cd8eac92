import type { EventMap, Receiver } from 'sallyport'
import type { Complete } from '../http/options.ts'
import { wait } from '../http/retry.ts'
import { PlatformError } from '../platform-error.ts'
import type { SonzaiNotification } from '../sonzai/schemas.ts'
import type { NotificationOutcome } from './outcome.ts'

/** Options of `pollNotifications`. */
export interface PollOptions<Events extends EventMap> {
  readonly agentId: string
  /** Only what is for one user. @default everybody's */
  readonly userId?: string | undefined
  /** The receiver whose handlers, dedupe and inbox the notifications go through. */
  readonly receiver: Receiver<Events>
  /** Milliseconds between two polls, ±10 % at random. @default 30_000 */
  readonly intervalMs?: number | undefined
  /** Longest wait in milliseconds while polls fail. @default 300_000, or `intervalMs` if that is longer */
  readonly maxIntervalMs?: number | undefined
  /** Most notifications fetched at once. @default 50 */
  readonly limit?: number
  /**
   * What becomes of a notification that nobody handles, or that a schema or a handler refuses for good: left pending and not
   * looked at again by this poller, or consumed all the same. @default 'leave'
   */
  readonly refused?: 'leave' | 'consume'
  /**
   * Says that these messages are never pushed as well. Otherwise the receiver must be able to recognise one that is:
   * `sonzai({ messageIds: true })`. @default false
   */
  readonly onlyPulled?: boolean
  /** What a notification is as a pushed event: the body, its `event_type` included. @default see `docs/platforms.md` */
  readonly toBody?: (notification: SonzaiNotification) => Readonly<Record<string, unknown>>
  /** Whose messages they are, where the receiver's secret resolver names tenants. */
  readonly tenant?: string | undefined
  /** Ends the poller at once; a handler at work is told by its own signal. `stop()` lets it finish. */
  readonly signal?: AbortSignal | undefined
  /** Told of every notification. */
  readonly onOutcome?: (outcome: NotificationOutcome) => unknown
  /** Told of every look, and every consumption, that failed. @default prints to stderr */
  readonly onError?: (error: unknown) => unknown
  /** Chance, 0 to 1, for jitter. @default Math.random */
  readonly random?: () => number
  /** Waits between two looks; resolves early when aborted. @default a timer */
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<void>
}

type Optional = 'userId' | 'tenant' | 'signal' | 'onOutcome' | 'toBody'

/** Options with all defaults. */
export type PollSettings<Events extends EventMap> = Complete<Omit<PollOptions<Events>, Optional>> &
  Pick<PollOptions<Events>, Optional>

/** Fills in and checks options. @throws PlatformError `PLATFORM_OPTION_INVALID` */
export function toPollSettings<Events extends EventMap>(options: PollOptions<Events>): PollSettings<Events> {
  const { intervalMs = 30_000, limit = 50, refused = 'leave', ...rest } = options
  const { maxIntervalMs = Math.max(300_000, intervalMs) } = options
  if (!(intervalMs > 0 && intervalMs <= dayMs)) throw invalid(`intervalMs must be above 0 and at most ${dayMs}`)
  if (!(maxIntervalMs >= intervalMs && maxIntervalMs <= dayMs)) {
    throw invalid(`maxIntervalMs must be from intervalMs (${intervalMs}) to ${dayMs}`)
  }
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= mostAtOnce)) {
    throw invalid(`limit must be an integer from 1 to ${mostAtOnce}`)
  }
  if (refused !== 'leave' && refused !== 'consume') throw invalid("refused must be 'leave' or 'consume'")
  return {
    ...rest,
    limit,
    refused,
    intervalMs,
    maxIntervalMs,
    onlyPulled: options.onlyPulled ?? false,
    onError: options.onError ?? printError,
    random: options.random ?? Math.random,
    wait: options.wait ?? wait,
  }
}

const dayMs = 86_400_000

/** Most notifications asked for at once, those that were left pending included. */
export const mostAtOnce = 500

export function invalid(detail: string): PlatformError {
  return new PlatformError('PLATFORM_OPTION_INVALID', { platform: 'sonzai', operation: 'pollNotifications', detail })
}

function printError(error: unknown): void {
  console.error('sallyport: polling notifications:', PlatformError.is(error) ? error.message : error)
}
