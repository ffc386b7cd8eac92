import type { ItemMemory } from './item-memory.ts'
import { consume, ConsumeFailed, handleNotification, type HandlingParts } from './handle-notification.ts'
import type { QueuedNotification } from './notification-queue.ts'
import type { NotificationOutcome } from './outcome.ts'
import type { Problems } from './problems.ts'

/** What a poll needs. */
export interface PollParts extends HandlingParts {
  /** Most new notifications per poll. */
  readonly limit: number
  readonly memory: ItemMemory
  readonly problems: Problems
  readonly onOutcome: (outcome: NotificationOutcome) => void
}

/** How a poll ended. */
export interface Polled {
  /** The first failure to consume; the wait grows while there is one. */
  readonly failed: unknown
  /** Whether more new notifications are likely: the list was full, and new ones were consumed. */
  readonly hasMore: boolean
}

/**
 * Polls once and handles what is pending, one after the other.
 *
 * @throws PlatformError if the notifications cannot be listed
 */
export async function pollOnce(parts: PollParts, ending: AbortSignal): Promise<Polled> {
  const { queue, memory, problems } = parts
  // Notifications that stay pending must not hide newer ones.
  const limit = Math.min(parts.limit + memory.listedAgain + problems.unreadableCount, queue.mostAtOnce)
  const { items, unreadable } = await queue.list(limit, ending)
  const isFull = items.length + unreadable.length >= limit
  if (!isFull) {
    const ids = new Set(items.map(({ id }) => id))
    memory.keepOnly(ids)
    problems.keepOnly(ids, unreadable)
  }
  problems.unreadable(unreadable)
  const isNothingNew = items.every(({ id }) => memory.staysPending(id))
  problems.hidden(isFull && isNothingNew && limit === queue.mostAtOnce, queue.mostAtOnce)
  let consumedNew = 0
  let failed: unknown
  for (const item of items) {
    if (ending.aborted) break
    const isNew = !memory.knows(item.id)
    try {
      const isConsumed = await takeTurn(parts, item)
      if (isNew && isConsumed) consumedNew++
    } catch (error) {
      const isConsuming = error instanceof ConsumeFailed
      const reason = isConsuming ? error.cause : error
      if (isConsuming) failed ??= reason
      else memory.fail(item.id)
      problems.failed(item.id, reason)
    }
  }
  return { failed, hasMore: isFull && consumedNew > 0 }
}

/** @returns whether it was delivered and consumed */
async function takeTurn(parts: PollParts, item: QueuedNotification): Promise<boolean> {
  const { memory, problems, queue } = parts
  const { id } = item
  const turn = memory.turnOf(id)
  if (memory.isStuck(id)) problems.stuck(id)
  if (turn === 'pass') return false
  if (turn === 'consume again') {
    await consume(queue, id)
    memory.consume(id)
    return false
  }
  const { outcome, next } = await handleNotification(parts, item)
  if (next === 'leave') memory.leave(id)
  else if (next === 'try again') memory.fail(id)
  else memory.consume(id)
  parts.onOutcome(outcome)
  return outcome.consumed
}
