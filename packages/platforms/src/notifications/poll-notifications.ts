import { printError } from 'sallyport/provider'
import type { EventMap } from 'sallyport'
import { openFeed } from 'sallyport/feed'
import { backoff } from '../http/retry.ts'
import { PlatformError } from '../platform-error.ts'
import type { SonzaiClient } from '../sonzai/client.ts'
import { checkRecognition } from './check-recognition.ts'
import { ItemMemory } from './item-memory.ts'
import { toQueue } from './notification-queue.ts'
import { pollOnce, type PollParts } from './poll-once.ts'
import { checkPollOptions, toPollSettings, type AnyPollOptions, type PollSettings } from './poll-options.ts'
import { Problems } from './problems.ts'

/** A running poller. */
export interface NotificationPoller {
  /** Resolves when the poller has ended, through `stop()` or its signal. Never rejects. */
  readonly done: Promise<void>
  /** Ends the poller: the running handler finishes and its notification is consumed. */
  stop(): Promise<void>
}

/**
 * Polls pending notifications of an agent (`agentId`) or of a project (`projectId`) and delivers them to a receiver as the
 * typed events that would have been pushed: the same handlers, duplicate check and inbox. A notification is consumed after it
 * is handled, or stored in the inbox. If the process dies in between, it is delivered again: at least once, never "exactly
 * once". Polls never overlap, and each is followed by a pause unless it brought new notifications and there may be more.
 *
 * @throws PlatformError `PLATFORM_OPTION_INVALID`, also if the receiver cannot recognize a message that is also pushed
 * @example
 * const poller = pollNotifications(client, { agentId, userId, intervalMs: 30_000, receiver })
 * process.once('SIGTERM', () => void poller.stop())
 */
export function pollNotifications<Events extends EventMap>(
  client: SonzaiClient,
  options: AnyPollOptions<Events>,
): NotificationPoller {
  checkPollOptions(options)
  const queue = toQueue(client, options)
  const settings = toPollSettings(options, queue.mostAtOnce)
  const { receiver, tenant, signal, limit, refused } = settings
  const feed = openFeed(receiver, queue.feed, { tenant })
  if (!settings.onlyPulled) checkRecognition(receiver.provider, feed, queue)
  const stopping = new AbortController()
  const ending = signal === undefined ? stopping.signal : AbortSignal.any([signal, stopping.signal])
  const parts: PollParts = {
    queue,
    feed,
    refused,
    signal,
    limit,
    memory: new ItemMemory(),
    problems: new Problems((error) => tell(() => settings.onError(error))),
    onOutcome: (outcome) => tell(() => settings.onOutcome?.(outcome)),
  }
  const done = run(parts, settings, ending)
  return {
    done,
    stop() {
      stopping.abort()
      return done
    },
  }
}

async function run<Events extends EventMap>(
  parts: PollParts,
  settings: PollSettings<Events>,
  ending: AbortSignal,
): Promise<void> {
  let failures = 0
  while (!ending.aborted) {
    let waitMs: number
    try {
      const { failed, hasMore } = await pollOnce(parts, ending)
      failures = failed === undefined ? 0 : failures + 1
      waitMs = failed === undefined ? (hasMore ? 0 : regularWait(settings)) : failureWait(settings, failures, failed)
    } catch (error) {
      failures++
      if (!ending.aborted) tell(() => settings.onError(error))
      waitMs = failureWait(settings, failures, error)
    }
    if (waitMs > 0 && !ending.aborted) await settings.wait(waitMs, ending)
  }
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
  const print = (error: unknown): void => printError('sallyport: a hook failed:', error)
  try {
    // Anything may be returned, also another library's promise.
    void Promise.resolve(hook()).catch(print)
  } catch (error) {
    print(error)
  }
}
