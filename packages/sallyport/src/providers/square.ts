import * as z from 'zod'
import { allow } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import { readId } from '../verify/exact-json.ts'
import { noTimestamp } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'
import { listTypes, schemaForAll } from './event-table.ts'
import { readText, readTime } from './read-time.ts'

/** Options of `square`. */
export interface SquareOptions {
  /** The notification URL exactly as the subscription has it: it is part of what Square signs. */
  readonly notificationUrl: string
}

const rules: OptionRules<SquareOptions> = {
  notificationUrl: allow.required({
    allowed: 'the notification URL of the subscription, as https://example.com/webhooks/square',
    accepts: (value) => typeof value === 'string' && /^https?:\/\/\S+$/.test(value),
  }),
}

/** `event.data`: which object changed, and how it is now. */
const SquareData = z.looseObject({
  type: z.string().nullish(),
  id: z.string().nullish(),
  object: z.looseObject({}).nullish(),
})

const types = listTypes({
  bank_account: 'created disabled verified',
  booking: 'created updated',
  card: 'automatically_updated created disabled forgotten updated',
  'catalog.version': 'updated',
  customer: 'created deleted updated',
  'device.code': 'paired',
  dispute: 'created',
  'dispute.evidence': 'created deleted',
  'dispute.state': 'updated',
  gift_card: 'created customer_linked customer_unlinked updated',
  'gift_card.activity': 'created updated',
  'inventory.count': 'updated',
  invoice: 'canceled created deleted payment_made published refunded scheduled_charge_failed updated',
  'labor.timecard': 'created deleted updated',
  location: 'created updated',
  'loyalty.account': 'created deleted updated',
  'loyalty.event': 'created',
  'oauth.authorization': 'revoked',
  order: 'created updated',
  'order.fulfillment': 'updated',
  payment: 'created updated',
  payout: 'failed paid sent',
  refund: 'created updated',
  subscription: 'created updated',
  team_member: 'created updated',
  'terminal.checkout': 'created updated',
  'terminal.refund': 'created updated',
  vendor: 'created updated',
})
const events = schemaForAll(types, SquareData)

/** Data types by event type. */
export type SquareEvents = EventsOf<typeof events>

/**
 * Square (https://developer.squareup.com/docs/webhooks/step3validate, read 29 November 2026).
 * `x-square-hmacsha256-signature: <base64>`, HMAC-SHA256 over the notification URL and the body. The URL is the one you configured,
 * so proxies in between do not matter. Square signs no time; the signed `event_id` finds duplicates. `event.data` is the body's `data`.
 * Declare further event types with `withEvents`.
 *
 * @throws SallyportError `OPTION_INVALID` without the notification URL
 * @example
 * createReceiver(square({ notificationUrl: 'https://example.com/webhooks/square' }), { secret: process.env.SQUARE_WEBHOOK_SECRET })
 */
export function square(options: SquareOptions): Provider<SquareEvents> {
  checkOptions('square()', options, rules)
  return defineProvider({
    name: 'square',
    scheme: hmac({
      header: 'x-square-hmacsha256-signature',
      encoding: 'base64',
      signed: [parts.literal(options.notificationUrl), parts.body],
      freshness: noTimestamp('Square signs no time of sending'),
    }),
    identify: ({ body }) => ({
      id: readId(body, 'event_id'),
      type: body['type'],
      data: body['data'],
      envelope: { createdAt: readTime(body['created_at'], 'iso'), account: readText(body['merchant_id']) },
    }),
    events,
    retryWindow: {
      ms: 86_400_000,
      source: 'https://developer.squareup.com/docs/webhooks/troubleshooting',
      readOn: '2026-11-29',
    },
    about: {
      title: 'Square',
      source: 'https://developer.squareup.com/docs/webhooks/step3validate',
      readOn: '2026-11-29',
      notSigned: ['square-environment', 'square-retry-number'],
      vectors: 'the tests of the SDK square',
    },
  })
}
