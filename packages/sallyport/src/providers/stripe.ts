import { checkOptions } from '../options/check-options.ts'
import { parts } from '../verify/schemes/message.ts'
import { defineProvider, type Provider } from '../verify/provider.ts'
import { fromSignature } from '../verify/freshness.ts'
import { readId } from '../verify/exact-json.ts'
import type { JsonObject } from '../verify/decode.ts'
import type { EventEnvelope } from '../verify/event.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { readText, readTime } from './read-time.ts'
import { stripeEvents, type StripeEvents } from './stripe-events.ts'

export type { StripeEvents }

/**
 * Stripe (https://docs.stripe.com/webhooks/signature). `Stripe-Signature: t=<seconds>,v1=<hex>[,v1=…]`, HMAC-SHA256 over
 * `<t>.<body>`; the key is the whole `whsec_…` string. The signed event id finds duplicates. `event.data` is the body's
 * `data`, or the whole body of an event of API v2, such as a thin event. `event.envelope` has `createdAt`, `account` (of a
 * connected account) and `livemode`. Declares every event type that Stripe
 * lists; give their objects a schema with `withEvents`, or Stripe's own type with `unchecked`.
 *
 * @example
 * createReceiver(stripe(), { secret: process.env.STRIPE_WEBHOOK_SECRET })
 */
export function stripe(): Provider<StripeEvents>
export function stripe(options: object = {}): Provider<StripeEvents> {
  checkOptions('stripe()', options, {})
  return defineProvider({
    name: 'stripe',
    scheme: hmac({
      header: 'stripe-signature',
      fields: { signature: 'v1', timestamp: 't' },
      encoding: 'hex',
      signed: [parts.timestamp, parts.literal('.'), parts.body],
      // Nothing is stripped, but what is only a prefix is no secret.
      key: { reject: ['whsec_'] },
      freshness: fromSignature('seconds'),
    }),
    identify: ({ body: content }) => ({
      id: readId(content, 'id'),
      type: content['type'],
      data: isV2(content) ? content : content['data'],
      envelope: readEnvelope(content),
    }),
    events: stripeEvents,
    about: {
      title: 'Stripe',
      source: 'https://docs.stripe.com/webhooks/signature',
      readOn: '2026-11-29',
      notSigned: [],
      vectors: 'the SDK stripe, both ways',
      secretPrefix: 'whsec_',
    },
    // In live mode; test modes give up after some hours.
    retryWindow: { ms: 3 * 86_400_000, source: 'https://docs.stripe.com/webhooks', readOn: '2026-11-29' },
  })
}

// `v2.core.event` (https://docs.stripe.com/api/v2/core/events/object, November 2026), where API v1 has `event`.
function isV2({ object }: JsonObject): boolean {
  return typeof object === 'string' && object.startsWith('v2.')
}

function readEnvelope({ created, account, livemode }: JsonObject): EventEnvelope {
  return {
    // API v1 writes Unix seconds, v2 RFC 3339.
    createdAt: readTime(created, typeof created === 'number' ? 'seconds' : 'iso'),
    account: readText(account),
    livemode: typeof livemode === 'boolean' ? livemode : undefined,
  }
}
