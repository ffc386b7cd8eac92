import * as z from 'zod'
import { checkOptions } from '../options/check-options.ts'
import { noTimestamp } from '../verify/freshness.ts'
import { claimed, defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'
import { schemaForAll } from './event-table.ts'
import { listShopifyTopics } from './shopify-topics.ts'

const events = claimed(schemaForAll(listShopifyTopics(), z.looseObject({})))

/** Data types by event type: `claimed:` and the topic. */
export type ShopifyEvents = EventsOf<typeof events>

/**
 * Shopify (https://shopify.dev/docs/apps/build/webhooks/verify-deliveries, read 29 November 2026). `X-Shopify-Hmac-SHA256:
 * <base64>`, HMAC-SHA256 over the body; the key is the app's client secret as text.
 *
 * The topic stands only in `X-Shopify-Topic`, which is NOT signed, as the shop, the id of the event and the time are not. The type
 * is therefore `claimed:orders/create`, and `event.claimedType` is `orders/create`: check in the handler that the data are of that
 * kind, and that they belong to the shop you act for. The dedupe key is a digest of the body; age cannot be checked. **Two topics with
 * the same body are one event**, as `orders/create` and `orders/paid` may be: the second is a duplicate. If you handle both, pass
 * `dedupeKey: ({ type }, { body }) => JSON.stringify([type, body])`: anyone who captures a body can then present it once for each topic.
 * `event.data` is the whole body.
 *
 * @example
 * createReceiver(shopify(), { secret: process.env.SHOPIFY_WEBHOOK_SECRET })
 *   .on('claimed:orders/create', ({ data }) => console.log(data.id))
 */
export function shopify(): Provider<ShopifyEvents>
export function shopify(options: object = {}): Provider<ShopifyEvents> {
  checkOptions('shopify()', options, {})
  return defineProvider({
    name: 'shopify',
    scheme: hmac({
      header: 'x-shopify-hmac-sha256',
      encoding: 'base64',
      signed: [parts.body],
      freshness: noTimestamp('Shopify signs no time'),
    }),
    identify: ({ body, unsignedHeaders }) => ({ claimedType: unsignedHeaders.get('x-shopify-topic'), data: body }),
    events,
    // 8 times. It waits 5 s for an answer.
    retryWindow: {
      ms: 4 * 3_600_000,
      source: 'https://shopify.dev/docs/apps/build/webhooks/troubleshooting-webhooks',
      readOn: '2026-11-29',
    },
    handlerTimeoutMs: 4_000,
    about: {
      title: 'Shopify',
      source: 'https://shopify.dev/docs/apps/build/webhooks/verify-deliveries',
      readOn: '2026-11-29',
      notSigned: [
        'X-Shopify-Topic (the event type)',
        'X-Shopify-Shop-Domain',
        'X-Shopify-Event-Id',
        'X-Shopify-Webhook-Id',
        'X-Shopify-Triggered-At',
      ],
      vectors: 'the rule of `@shopify/shopify-api`: secret, body and signature',
    },
  })
}
