import { toHeaderList } from 'sallyport/provider'
import type { EventMap, Provider } from 'sallyport'
import type { EventFeed } from 'sallyport/feed'
import type { PollOptions } from './poll-options.ts'
import { invalid } from './poll-options.ts'
import { toPushedBody } from './to-body.ts'

/**
 * Refuses a receiver that names pulled and pushed events by different things, and so would handle a message twice that comes
 * both ways.
 *
 * @throws PlatformError `PLATFORM_OPTION_INVALID`
 */
export function checkRecognition<Events extends EventMap>(
  provider: Provider<Events>,
  feed: EventFeed,
  toBody: PollOptions<Events>['toBody'],
): void {
  const probe = { id: 'probe', type: 'wakeup', wakeup_id: 'probe', content: '' }
  const body = toBody?.(probe) ?? toPushedBody(probe, (type) => Object.hasOwn(provider.events, type))
  const identity = provider.identify({ body, signedHeader: () => undefined, unsignedHeaders: toHeaderList([]) })
  const remedy = 'or say onlyPulled: true if these messages are never pushed'
  if ('code' in identity || identity.id === undefined) {
    throw invalid(
      `the receiver would not recognise a message that is pushed too: use sonzai({ messageIds: true }), ${remedy}`,
    )
  }
  if (!feed.sharesIds) {
    throw invalid(`the receiver does not use ids of pushed events: set isOneSender on its secret function, ${remedy}`)
  }
}
