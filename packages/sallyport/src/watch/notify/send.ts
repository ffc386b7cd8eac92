import { toReason } from '../error-text.ts'
import { WatchError } from '../watch-error.ts'
import type { SendResult } from '../outbox.ts'
import type { PendingNotice } from '../state.ts'
import type { Channel } from './notify.ts'

/** Until when a round of sending goes on. */
export interface SendOptions {
  /** Whether time is up, or the watch stops: then the rest waits for the next check, here or in another process. */
  readonly isOver: () => boolean
  readonly onError: (error: unknown) => void
}

/**
 * Sends notices to their channels, the oldest first. A channel that fails gets no more in this round. Never rejects.
 *
 * @returns the channels that did not get a notice, by its id; only of notices that were tried
 */
export async function sendNotices(
  notices: readonly PendingNotice[],
  channels: readonly Channel[],
  { isOver, onError }: SendOptions,
): Promise<SendResult> {
  const result = new Map<string, readonly string[]>()
  const broken = new Set<string>()
  for (const pending of notices) {
    if (isOver()) break
    const { unsent, holder: _holder, heldUntil: _until, ...notice } = pending
    const failed: string[] = []
    for (const channel of channels) {
      if (!unsent.includes(channel.name)) continue
      try {
        if (broken.has(channel.name) || isOver()) failed.push(channel.name)
        else await channel.send(notice, isOver)
      } catch (error) {
        failed.push(channel.name)
        broken.add(channel.name)
        onError(new WatchError('WATCH_NOT_SENT', `${channel.name}: ${toReason(error)}`))
      }
    }
    // Channels that are no longer there need nothing.
    result.set(pending.id, failed)
  }
  return result
}
