import * as z from 'zod'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import { allow } from '../options/allow.ts'
import type { JsonObject } from '../verify/decode.ts'
import { fromHeader } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'
import { digestOf } from './digest-of.ts'

/** Options of `hubspot`. */
export interface HubSpotOptions {
  /**
   * Scheme and host of the target URL, as in `https://example.com`: they are signed, and behind a proxy the receiver cannot know them.
   * With the path that your proxy takes away, if it does: `https://example.com/hooks`.
   */
  readonly origin: string
}

const rules: OptionRules<HubSpotOptions> = {
  origin: allow.required({
    allowed: 'what HubSpot calls, without a slash at the end, as https://example.com',
    accepts: (value) => typeof value === 'string' && /^https:\/\/[^\s/?#]+(?:\/[^\s/?#]+)*$/.test(value),
  }),
}

/** One event: what happened to an object, by `subscriptionType`. */
const HubSpotEvent = z.looseObject({
  /** As in `contact.creation`, or `object.creation` with an `objectTypeId`. */
  subscriptionType: z.string(),
  /** Not unique, as HubSpot says. */
  eventId: z.number().nullish(),
  subscriptionId: z.number().nullish(),
  portalId: z.number().nullish(),
  appId: z.number().nullish(),
  /** Milliseconds since 1970. */
  occurredAt: z.number().nullish(),
  /** From 0. */
  attemptNumber: z.number().nullish(),
  objectId: z.number().nullish(),
  objectTypeId: z.string().nullish(),
  propertyName: z.string().nullish(),
  propertyValue: z.string().nullish(),
})

const events = { events: z.looseObject({ items: z.array(HubSpotEvent) }) }

/** Data types by event type. */
export type HubSpotEvents = EventsOf<typeof events>

/**
 * HubSpot: the webhooks of apps
 * (https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation, read 29 November 2026).
 * `X-HubSpot-Signature-v3: <base64>`, HMAC-SHA256 over the method, the URL, the body and `X-HubSpot-Request-Timestamp`, with nothing
 * between them; the key is the app's client secret as text. Versions 1 and 2 sign no time and are ignored.
 *
 * - The URL that counts is `origin` with the path and query of the request. HubSpot signs `: / ? @ ! $ ' ( ) * , ;` plainly, although
 *   the URL has them percent-encoded.
 * - A delivery has a list of up to 100 events, in `data.items`. Its type is always `events`; each has its own `subscriptionType`.
 *   Requests of workflows and cards are not read.
 * - The key that finds duplicates is a digest of the events without their `attemptNumber`, which a retry changes.
 *
 * @throws SallyportError `OPTION_INVALID` without the origin
 * @example
 * createReceiver(hubspot({ origin: 'https://example.com' }), { secret: process.env.HUBSPOT_CLIENT_SECRET })
 *   .on('events', async ({ data }) => { for (const event of data.items) await sync(event) })
 */
export function hubspot(options: HubSpotOptions): Provider<HubSpotEvents> {
  checkOptions('hubspot()', options, rules)
  return defineProvider({
    name: 'hubspot',
    scheme: hmac({
      header: 'x-hubspot-signature-v3',
      encoding: 'base64',
      signed: [
        parts.method,
        parts.url(options.origin, { decoded: ":/?@!$'()*,;" }),
        parts.body,
        parts.header('x-hubspot-request-timestamp'),
      ],
      freshness: fromHeader('x-hubspot-request-timestamp', 'milliseconds'),
    }),
    alsoSends: ['x-hubspot-signature'],
    identify({ body }) {
      const isEvents = areEvents(body['items'])
      return {
        id: isEvents ? digestOf(body, 'attemptNumber') : undefined,
        type: isEvents ? 'events' : undefined,
        data: body,
      }
    },
    events,
    lists: true,
    // 10 times within 24 hours. It waits 5 s.
    retryWindow: { ms: 86_400_000, source: 'https://developers.hubspot.com/docs/api/webhooks', readOn: '2026-11-29' },
    handlerTimeoutMs: 4_500,
    about: {
      title: 'HubSpot',
      source:
        'https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation',
      readOn: '2026-11-29',
      notSigned: ['X-HubSpot-Signature', 'X-HubSpot-Signature-Version'],
      vectors: "the tests of HubSpot's own libraries",
    },
  })
}

function areEvents(items: unknown): boolean {
  if (!Array.isArray(items) || items.length === 0) return false
  return items.every((item: unknown) => typeof (item as JsonObject | null)?.['subscriptionType'] === 'string')
}
