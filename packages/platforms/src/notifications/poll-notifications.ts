import type { EventMap } from 'sallyport'
import { openFeed } from 'sallyport/feed'
import { backoff } from '../http/retry.ts'
import { PlatformError } from '../platform-error.ts'
import type { SonzaiClient } from '../sonzai/client.ts'
import { Backlog } from './backlog.ts'
import { checkRecognition } from './check-recognition.ts'
import { handleNotification, type HandlingParts } from './handle-notification.ts'
import { mostAtOnce, toPollSettings, type PollOptions, type PollSettings } from './poll-options.ts'

/** A running poller. */
export interface NotificationPoller {
  /** Resolves when the poller has ended, through `stop()` or its signal. Never rejects. */
  readonly done: Promise<void>
  /** Ends the poller: the running handler finishes and its notification is consumed. */
  stop(): Promise<void>
}

/**
 * Polls an agent's pending notifications and delivers them to a receiver as the typed events that would have been pushed: the
 * same handlers, duplicate check and inbox. A notification is consumed after it is handled, or stored in the inbox. If the
 * process dies in between, it is delivered again: at least once, never "exactly once". Polls never overlap.
 *
 * @throws PlatformError `PLATFORM_OPTION_INVALID`, also if the receiver cannot recognize a message that is also pushed
 * @example
 * const poller = pollNotifications(client, { agentId, userId, intervalMs: 30_000, receiver })
 * process.once('SIGTERM', () => void poller.stop())
 */
export function pollNotifications<Events extends EventMap>(
  client: SonzaiClient,
  options: PollOptions<Events>,
): NotificationPoller {
  const settings = toPollSettings(options)
  const { receiver, tenant, signal } = settings
  const feed = openFeed(receiver, 'sonzai-notifications', { tenant })
  if (!settings.onlyPulled) checkRecognition(receiver.provider, feed, settings.toBody)
  const stopping = new AbortController()
  const ending = signal === undefined ? stopping.signal : AbortSignal.any([signal, stopping.signal])
  const done = run({ client, feed, provider: receiver.provider, settings }, ending)
  return {
    done,
    stop() {
      stopping.abort()
      return done
    },
  }
}

async function run<Events extends EventMap>(parts: HandlingParts<Events>, ending: AbortSignal): Promise<void> {
  const { settings } = parts
  const backlog = new Backlog()
  let failures = 0
  while (!ending.aborted) {
    let waitMs: number
    try {
      const { failed, isFull } = await pollOnce(parts, backlog, ending)
      failures = failed === undefined ? 0 : failures + 1
      waitMs = failed === undefined ? (isFull ? 0 : regularWait(settings)) : failureWait(settings, failures, failed)
    } catch (error) {
      failures++
      if (!ending.aborted) tell(() => settings.onError(error))
      waitMs = failureWait(settings, failures, error)
    }
    if (waitMs > 0 && !ending.aborted) await settings.wait(waitMs, ending)
  }
}

/** Polls once and handles what is pending, one after the other. */
async function pollOnce<Events extends EventMap>(
  parts: HandlingParts<Events>,
  backlog: Backlog,
  ending: AbortSignal,
): Promise<{ readonly failed: unknown; readonly isFull: boolean }> {
  const { client, settings } = parts
  const { agentId, userId } = settings
  // Notifications that stay pending must not hide newer ones.
  const limit = Math.min(settings.limit + backlog.size, mostAtOnce)
  const { items } = await client.notifications.list(agentId, { status: 'pending', userId, limit }, { signal: ending })
  const isFull = items.length >= limit
  if (!isFull) backlog.keepOnly(new Set(items.map(({ id }) => id)))
  let consumed = 0
  let failed: unknown
  for (const notification of items.filter(({ id }) => backlog.isDue(id))) {
    if (ending.aborted) break
    const { id } = notification
    try {
      const { outcome, next } = await handleNotification(parts, notification)
      if (next === 'leave') backlog.leave(id)
      else if (next === 'try again') backlog.fail(id)
      else backlog.settle(id)
      if (outcome.consumed) consumed++
      tell(() => settings.onOutcome?.(outcome))
    } catch (error) {
      failed ??= error
      tell(() => settings.onError(error))
    }
  }
  return { failed, isFull: isFull && consumed > 0 }
}

function regularWait({ intervalMs, random }: { readonly intervalMs: number; readonly random: () => number }): number {
  return Math.round(intervalMs * (0.9 + 0.2 * random()))
}

/** Returns the wait after a failure: the interval or `Retry-After`, plus full jitter up to `maxIntervalMs`. */
function failureWait<Events extends EventMap>(
  settings: PollSettings<Events>,
  failures: number,
  error: unknown,
): number {
  const { intervalMs, maxIntervalMs, random } = settings
  const asked = PlatformError.is(error) ? (error.retryAfterMs ?? 0) : 0
  const more = backoff(intervalMs, maxIntervalMs - intervalMs, failures, random())
  return Math.min(Math.max(intervalMs + more, asked), Math.max(maxIntervalMs, asked))
}

/** Runs a user's hook; the poller goes on if it fails. */
// A receiver runs its hooks alike; `sallyport` does not export that function.
function tell(hook: () => unknown): void {
  const print = (error: unknown): void => console.error('sallyport: a hook failed:', error)
  try {
    const result = hook()
    if (result instanceof Promise) result.catch(print)
  } catch (error) {
    print(error)
  }
}
