import type { Reply } from 'sallyport'
import type { EventFeed } from 'sallyport/feed'
import type { NotificationQueue, QueuedNotification } from './notification-queue.ts'
import { nextAfter, type Next, type NotificationOutcome } from './outcome.ts'

/** What `handleNotification` needs. */
export interface HandlingParts {
  readonly queue: NotificationQueue
  readonly feed: EventFeed
  readonly refused: 'leave' | 'consume'
  readonly signal: AbortSignal | undefined
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
 * @throws ConsumeFailed if consuming fails; the next poll consumes it as a duplicate
 */
export async function handleNotification(parts: HandlingParts, notification: QueuedNotification): Promise<Handled> {
  const { queue, feed, refused, signal } = parts
  const { id } = notification
  const body = notification.toBody()
  const type = String(body['event_type'])
  // Without a handler it is not delivered at all: it waits for a program that handles it.
  const reply = feed.handles(type) ? await feed.deliver({ body, id, signal }) : undefined
  const wanted = reply === undefined ? 'leave' : nextAfter(reply)
  const next = wanted === 'leave' && refused === 'consume' ? 'consume' : wanted
  if (next === 'consume') await consume(queue, id)
  return { outcome: toOutcome(id, type, reply, next === 'consume'), next }
}

/** Consuming failed; `cause` says why. */
export class ConsumeFailed extends Error {}

/** @throws ConsumeFailed */
export async function consume(queue: NotificationQueue, id: string): Promise<void> {
  try {
    await queue.consume(id)
  } catch (cause) {
    throw new ConsumeFailed('consuming failed', { cause })
  }
}

function toOutcome(id: string, type: string, reply: Reply | undefined, consumed: boolean): NotificationOutcome {
  const { outcome = 'unhandled', code } = reply ?? {}
  return { id, type, outcome, code, consumed }
}
