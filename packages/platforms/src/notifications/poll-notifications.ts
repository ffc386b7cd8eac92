import type { EventMap } from 'sallyport'
import { openFeed } from 'sallyport/feed'
import { backoff } from '../http/retry.ts'
import { PlatformError } from '../platform-error.ts'
import type { SonzaiClient } from '../sonzai/client.ts'
import { Backlog } from './backlog.ts'
import { checkRecognition } from './check-recognition.ts'
import { handleNotification, type HandlingParts } from './handle-notification.ts'
import { mostAtOnce, toPollSettings, type PollOptions, type PollSettings } from './poll-options.ts'

/** A poller at work. */
export interface NotificationPoller {
  /** Resolves when it has ended, by `stop()` or its signal; never rejects. */
  readonly done: Promise<void>
  /** Ends it: takes up nothing new, lets the handler at work finish and its notification be consumed. */
  stop(): Promise<void>
}

/**
 * Fetches an agent's pending notifications again and again, and hands them to a receiver as the typed events they would have
 * been pushed as: the same handlers, the same dedupe, the same inbox. A notification is consumed only after it was handled,
 * or kept by the inbox; a process that dies in between finds it again: at least once, never "exactly once". One look never
 * begins before the one before it has ended.
 *
 * @throws PlatformError `PLATFORM_OPTION_INVALID`, also where the receiver would not recognise a message that is pushed too
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
      const { failed, isFull } = await look(parts, backlog, ending)
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

/** One look: what is pending, one after the other. */
async function look<Events extends EventMap>(
  parts: HandlingParts<Events>,
  backlog: Backlog,
  ending: AbortSignal,
): Promise<{ readonly failed: unknown; readonly isFull: boolean }> {
  const { client, settings } = parts
  const { agentId, userId } = settings
  // What stays pending must not hide what comes behind it.
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

/** At least the interval, or what the platform asks for; above that full jitter, up to the longest wait. */
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

/** Runs a user's hook; whatever it does, the poller goes on. */
function tell(hook: () => unknown): void {
  const print = (error: unknown): void => console.error('sallyport: a hook failed:', error)
  try {
    const result = hook()
    if (result instanceof Promise) result.catch(print)
  } catch (error) {
    print(error)
  }
}
