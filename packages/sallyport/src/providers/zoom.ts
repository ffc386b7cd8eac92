import { checkOptions } from '../options/check-options.ts'
import type { JsonObject } from '../verify/decode.ts'
import { fromHeader } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'
import { digestOf } from './digest-of.ts'
import { readTime } from './read-time.ts'
import { zoomEvents } from './zoom-events.ts'

/** Data types by event type. */
export type ZoomEvents = EventsOf<typeof zoomEvents>

const source = 'https://developers.zoom.us/docs/api/webhooks'

/**
 * Zoom (https://developers.zoom.us/docs/api/webhooks, read 29 November 2026). `x-zm-signature: v0=<hex>`, HMAC-SHA256 over `v0:`, the
 * time in `x-zm-request-timestamp`, `:` and the body; the key is the app's secret token as text.
 *
 * - `event.data` is the body's `payload`. Declare further event types with `withEvents`.
 * - Zoom's check of the URL (`endpoint.url_validation`) is signed, and answered with a MAC of its `plainToken`. Zoom repeats it
 *   every 72 hours.
 * - Zoom signs no event id: the key that finds duplicates is a digest of the body, which has the time of the event in `event_ts`. The
 *   time of sending does not count, so a retry is a duplicate. Zoom waits 3 s.
 *
 * @example
 * createReceiver(zoom(), { secret: process.env.ZOOM_WEBHOOK_SECRET })
 *   .on('meeting.ended', ({ data }) => console.log(data.object))
 */
export function zoom(): Provider<ZoomEvents>
export function zoom(options: object = {}): Provider<ZoomEvents> {
  checkOptions('zoom()', options, {})
  return defineProvider({
    name: 'zoom',
    scheme: hmac({
      header: 'x-zm-signature',
      prefix: 'v0=',
      encoding: 'hex',
      signed: [parts.literal('v0:'), parts.header('x-zm-request-timestamp'), parts.literal(':'), parts.body],
      freshness: fromHeader('x-zm-request-timestamp', 'seconds'),
    }),
    identify({ body }) {
      const { event, event_ts: time, payload } = body
      const createdAt = readTime(time, 'milliseconds')
      return { id: createdAt && digestOf(body), type: event, data: payload, envelope: { createdAt } }
    },
    events: zoomEvents,
    handshake: {
      signedWithMac: {
        // No colon, so no token is a message that Zoom signs.
        form: { characters: 'id' },
        encoding: 'hex',
        answer({ body: { event, payload } }, mac) {
          if (event !== 'endpoint.url_validation') return undefined
          const plainToken = (payload as JsonObject | null | undefined)?.['plainToken']
          return { json: { plainToken, encryptedToken: mac(plainToken) } }
        },
      },
    },
    // After 5, 20 and 60 minutes.
    retryWindow: { ms: 85 * 60_000, source: 'https://developers.zoom.us/blog/webhook-delays', readOn: '2026-11-29' },
    handlerTimeoutMs: 2_500,
    about: {
      title: 'Zoom',
      source,
      readOn: '2026-11-29',
      notSigned: ['x-zm-trackingid'],
      vectors: 'deliveries verified by the SDK @zoom/rivet 0.4.0',
    },
  })
}
