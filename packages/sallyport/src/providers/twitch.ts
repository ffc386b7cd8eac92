import { checkOptions } from '../options/check-options.ts'
import type { JsonObject } from '../verify/decode.ts'
import { fromHeader } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'
import { twitchEvents } from './twitch-events.ts'

/** Data types by event type. */
export type TwitchEvents = EventsOf<typeof twitchEvents>

const source = 'https://dev.twitch.tv/docs/eventsub/handling-webhook-events'
const messageId = 'twitch-eventsub-message-id'

/**
 * Twitch EventSub (https://dev.twitch.tv/docs/eventsub/handling-webhook-events, read 29 November 2026).
 * `Twitch-Eventsub-Message-Signature: sha256=<hex>`, HMAC-SHA256 over `Twitch-Eventsub-Message-Id`, then
 * `Twitch-Eventsub-Message-Timestamp` and the body, with nothing between them. The key is the subscription's secret as text, 10 to
 * 100 characters.
 *
 * - The signed message id finds duplicates. `event.data` is the whole body. A delivery may be up to 10 minutes old, as Twitch says.
 * - `Twitch-Eventsub-Message-Type` is not signed, so it is ignored. The body decides: one with a `challenge` is Twitch's check of the
 *   URL, and answered; one without an event is a `revocation`.
 * - Twitch waits a few seconds, and ends a subscription that fails too often.
 *
 * @example
 * createReceiver(twitch(), { secret: process.env.TWITCH_WEBHOOK_SECRET })
 *   .on('stream.online', ({ data }) => console.log(data.event))
 *   .on('revocation', ({ data }) => console.log(data.subscription.status))
 */
export function twitch(): Provider<TwitchEvents>
export function twitch(options: object = {}): Provider<TwitchEvents> {
  checkOptions('twitch()', options, {})
  return defineProvider({
    name: 'twitch',
    scheme: hmac({
      header: 'twitch-eventsub-message-signature',
      prefix: 'sha256=',
      encoding: 'hex',
      signed: [
        parts.header(messageId, { characters: 'id' }),
        parts.header('twitch-eventsub-message-timestamp'),
        parts.body,
      ],
      freshness: fromHeader('twitch-eventsub-message-timestamp', 'iso'),
    }),
    identify({ body, signedHeader }) {
      const { subscription, event, events } = body
      const type = (subscription as JsonObject | null | undefined)?.['type']
      const isRevocation = typeof type === 'string' && event === undefined && events === undefined
      return { id: signedHeader(messageId), type: isRevocation ? 'revocation' : type, data: body }
    },
    events: twitchEvents,
    handshake: { signed: ({ body: { challenge } }) => (challenge === undefined ? undefined : { text: challenge }) },
    toleranceMs: 600_000,
    handlerTimeoutMs: 2_500,
    about: {
      title: 'Twitch EventSub',
      source,
      readOn: '2026-11-29',
      notSigned: [
        'Twitch-Eventsub-Message-Type',
        'Twitch-Eventsub-Message-Retry',
        'Twitch-Eventsub-Subscription-Type',
        'Twitch-Eventsub-Subscription-Version',
      ],
      vectors: 'deliveries of Twitch in the tests of dnsge/twitch-eventsub-framework',
      retries: 'not documented how often; too many timeouts end the subscription',
    },
  })
}
