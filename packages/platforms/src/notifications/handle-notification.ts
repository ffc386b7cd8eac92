import type { EventMap, Provider, Reply } from 'sallyport'
import type { EventFeed } from 'sallyport/feed'
import { PlatformError } from '../platform-error.ts'
import type { SonzaiClient } from '../sonzai/client.ts'
import type { SonzaiNotification } from '../sonzai/schemas.ts'
import { nextAfter, type Next, type NotificationOutcome } from './outcome.ts'
import type { PollSettings } from './poll-options.ts'
import { toPushedBody } from './to-body.ts'

/** What `handleNotification` needs. */
export interface HandlingParts<Events extends EventMap> {
  readonly client: SonzaiClient
  readonly feed: EventFeed
  readonly provider: Provider<Events>
  readonly settings: PollSettings<Events>
}

/** The outcome of a notification, and what the poller does next. */
export interface Handled {
  readonly outcome: NotificationOutcome
  readonly next: Next
}

/**
 * Delivers one notification to the receiver, then consumes it. If the process dies in between, the notification is still
 * pending.
 *
 * @throws PlatformError if consuming fails; the next poll consumes it as a duplicate
 */
export async function handleNotification<Events extends EventMap>(
  { client, feed, provider, settings }: HandlingParts<Events>,
  notification: SonzaiNotification,
): Promise<Handled> {
  const { id } = notification
  const isDeclared = (name: string): boolean => Object.hasOwn(provider.events, name)
  const body = settings.toBody?.(notification) ?? toPushedBody(notification, isDeclared)
  const type = String(body['event_type'])
  // Without a handler it is not delivered at all: it waits for a program that handles it.
  const reply = feed.handles(type) ? await feed.deliver({ body, id, signal: settings.signal }) : undefined
  const wanted = reply === undefined ? 'leave' : nextAfter(reply)
  const next = wanted === 'leave' && settings.refused === 'consume' ? 'consume' : wanted
  if (next === 'consume') await consume(client, settings.agentId, id)
  return { outcome: toOutcome(id, type, reply, next === 'consume'), next }
}

/** Consumes a notification. Another poller, or a try whose answer was lost, may have consumed it already. */
async function consume({ notifications }: SonzaiClient, agentId: string, id: string): Promise<void> {
  try {
    await notifications.consume(agentId, id)
  } catch (error) {
    const isGone = PlatformError.is(error) && ['PLATFORM_NOT_FOUND', 'PLATFORM_CONFLICT'].includes(error.code)
    if (!isGone) throw error
  }
}

function toOutcome(id: string, type: string, reply: Reply | undefined, consumed: boolean): NotificationOutcome {
  const { outcome = 'unhandled', code } = reply ?? {}
  return { id, type, outcome, code, consumed }
}
