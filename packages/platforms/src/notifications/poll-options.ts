import { allow, checkOptions, printError, type OptionRules } from 'sallyport/provider'
import type { EventMap, Receiver } from 'sallyport'
import type { Complete } from '../objects.ts'
import { wait } from '../http/retry.ts'
import { PlatformError } from '../platform-error.ts'
import type { SonzaiProjectNotification } from '../sonzai/project-notifications.ts'
import type { SonzaiNotification } from '../sonzai/schemas.ts'
import type { NotificationOutcome } from './outcome.ts'

/** Options of `pollNotifications` for both kinds of notifications. */
export interface PollOptions<Events extends EventMap> {
  /** The receiver whose handlers, duplicate check and inbox the notifications use. */
  readonly receiver: Receiver<Events>
  /** Milliseconds between two polls, ±10 % at random. @default 30_000 */
  readonly intervalMs?: number | undefined
  /** Longest wait in milliseconds while polls fail. @default 300_000, or `intervalMs` if that is longer */
  readonly maxIntervalMs?: number | undefined
  /** Most new notifications per poll. @default 50 */
  readonly limit?: number | undefined
  /**
   * What to do with a notification that has no handler, or that a schema or handler rejects for good: leave it pending and
   * ignore it from then on, or consume it. @default 'leave'
   */
  readonly refused?: 'leave' | 'consume' | undefined
  /**
   * Set it if these messages are never pushed. Otherwise the receiver must recognize a message that is:
   * `sonzai({ messageIds: true })`. @default false
   */
  readonly onlyPulled?: boolean | undefined
  /** The tenant of the messages, if the receiver's secret function returns tenants. */
  readonly tenant?: string | undefined
  /** Ends the poller at once and aborts the signal of a running handler. `stop()` lets it finish. */
  readonly signal?: AbortSignal | undefined
  /** Called for every notification that was delivered or has no handler. */
  readonly onOutcome?: ((outcome: NotificationOutcome) => unknown) | undefined
  /**
   * Called when polling or consuming fails, and once for each notification that cannot be read or stays listed after it was
   * consumed. @default prints to stderr
   */
  readonly onError?: ((error: unknown) => unknown) | undefined
  /** Returns a random number from 0 to 1, for jitter. @default Math.random */
  readonly random?: (() => number) | undefined
  /** Waits between two polls; resolves early when aborted. @default a timer */
  readonly wait?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined
}

/** Polls an agent's messages. */
export interface AgentPollOptions<Events extends EventMap> extends PollOptions<Events> {
  readonly agentId: string
  /** Only the notifications of one user. @default all users */
  readonly userId?: string | undefined
  /** Converts a notification to the body of a pushed event, including `event_type`. @default see `docs/platforms.md` */
  readonly toBody?: ((notification: SonzaiNotification) => Readonly<Record<string, unknown>>) | undefined
}

/** Polls a project's events: the pull form of webhooks. */
export interface ProjectPollOptions<Events extends EventMap> extends PollOptions<Events> {
  readonly projectId: string
  /** Only the notifications of one agent. @default all agents */
  readonly agentId?: string | undefined
  /** Only the notifications of one event type. @default all types */
  readonly eventType?: string | undefined
  /** Converts a notification to the body of a pushed event, including `event_type`. @default see `docs/platforms.md` */
  readonly toBody?: ((notification: SonzaiProjectNotification) => Readonly<Record<string, unknown>>) | undefined
}

/** Polls one or the other. */
export type AnyPollOptions<Events extends EventMap> =
  // Tells TypeScript which `toBody` is meant.
  (AgentPollOptions<Events> & { readonly projectId?: undefined }) | ProjectPollOptions<Events>

const dayMs = 86_400_000

const rules: OptionRules<
  PollOptions<EventMap> & Record<'agentId' | 'projectId' | 'userId' | 'eventType' | 'toBody', unknown>
> = {
  receiver: allow.required(allow.having('what createReceiver returns', 'receive')),
  intervalMs: allow.above0(dayMs),
  maxIntervalMs: allow.above0(dayMs),
  limit: allow.integer(1),
  refused: allow.oneOf('leave', 'consume'),
  onlyPulled: allow.flag,
  tenant: allow.text,
  signal: allow.having('an AbortSignal', 'addEventListener'),
  onOutcome: allow.function,
  onError: allow.function,
  random: allow.function,
  wait: allow.function,
  // Which of them a queue needs is checked with the queue.
  agentId: allow.text,
  projectId: allow.text,
  userId: allow.text,
  eventType: allow.text,
  toBody: allow.function,
}

/** @throws PlatformError `PLATFORM_OPTION_INVALID` */
export function checkPollOptions(options: unknown): void {
  checkOptions('', options, rules, (detail) => {
    throw invalid(detail)
  })
}

type Optional = 'tenant' | 'signal' | 'onOutcome'

/** Options with all defaults. */
export type PollSettings<Events extends EventMap> = Complete<Omit<PollOptions<Events>, Optional>> &
  Pick<PollOptions<Events>, Optional>

/**
 * Checks options and fills in defaults.
 *
 * @param mostAtOnce notifications the platform lists at once
 * @throws PlatformError `PLATFORM_OPTION_INVALID`
 */
export function toPollSettings<Events extends EventMap>(
  options: PollOptions<Events>,
  mostAtOnce: number,
): PollSettings<Events> {
  const { intervalMs = 30_000, limit = 50, refused = 'leave', ...rest } = options
  const { maxIntervalMs = Math.max(300_000, intervalMs) } = options
  if (maxIntervalMs < intervalMs) throw invalid(`maxIntervalMs must be from intervalMs (${intervalMs}) to ${dayMs}`)
  if (limit > mostAtOnce) throw invalid(`limit must be an integer from 1 to ${mostAtOnce}`)
  return {
    ...rest,
    limit,
    refused,
    intervalMs,
    maxIntervalMs,
    onlyPulled: options.onlyPulled ?? false,
    onError: options.onError ?? print,
    random: options.random ?? Math.random,
    wait: options.wait ?? wait,
  }
}

export function invalid(detail: string): PlatformError {
  return new PlatformError('PLATFORM_OPTION_INVALID', { platform: 'sonzai', operation: 'pollNotifications', detail })
}

function print(error: unknown): void {
  const label = 'sallyport: polling notifications:'
  if (PlatformError.is(error)) printError(`${label} ${error.message}`)
  else printError(label, error)
}
