import { toHeaderList } from 'sallyport/provider'
import type { EventMap, Provider } from 'sallyport'
import type { EventFeed } from 'sallyport/feed'
import type { NotificationQueue } from './notification-queue.ts'
import { invalid } from './poll-options.ts'

/**
 * Checks that the receiver gives a pulled and a pushed event the same id. Otherwise it would handle a message twice that
 * arrives both ways.
 *
 * @throws PlatformError `PLATFORM_OPTION_INVALID`
 */
export function checkRecognition<Events extends EventMap>(
  provider: Provider<Events>,
  feed: EventFeed,
  queue: NotificationQueue,
): void {
  const body = queue.probe()
  const identity = provider.identify({
    body,
    unsignedBody: body,
    signedHeader: () => undefined,
    unsignedHeaders: toHeaderList([]),
  })
  const remedy = 'or set onlyPulled: true if these messages are never pushed'
  if ('code' in identity || identity.id === undefined) {
    throw invalid(
      `the receiver cannot recognize a message that is also pushed: use sonzai({ messageIds: true }), ${remedy}`,
    )
  }
  if (!feed.sharesIds) {
    throw invalid(`the receiver ignores the ids of pushed events: set isOneSender on its secret function, ${remedy}`)
  }
}
