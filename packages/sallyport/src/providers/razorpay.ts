import * as z from 'zod'
import { noTimestamp } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'
import { listTypes, schemaForAll } from './event-table.ts'
import { readText, readTime } from './read-time.ts'

/** `event.data`: the entities that `contains` of the body names, each as `{ entity }`. */
const RazorpayPayload = z.looseObject({})

const types = listTypes({
  fund_account: 'validation.completed validation.failed',
  invoice: 'expired paid partially_paid',
  order: 'paid',
  payment:
    'authorized captured dispute.action_required dispute.closed dispute.created dispute.lost dispute.under_review dispute.won downtime.resolved downtime.started downtime.updated failed',
  payment_link: 'cancelled expired paid partially_paid',
  payout: 'failed initiated pending processed queued rejected reversed updated',
  qr_code: 'closed created credited',
  refund: 'created failed processed speed_changed',
  settlement: 'processed',
  subscription: 'activated authenticated cancelled charged completed halted paused pending resumed updated',
  transfer: 'failed processed',
  virtual_account: 'closed created credited',
})
const events = schemaForAll(types, RazorpayPayload)

/** Data types by event type. */
export type RazorpayEvents = EventsOf<typeof events>

/**
 * Razorpay (https://razorpay.com/docs/webhooks/validate-test, read 29 November 2026). `X-Razorpay-Signature: <hex>`, HMAC-SHA256
 * over the body with the webhook's own secret, not the API key. Razorpay signs no time of sending, and its event id stands in the
 * unsigned `x-razorpay-event-id`: a digest of the body finds duplicates. `event.data` is the body's `payload`.
 *
 * @example
 * createReceiver(razorpay(), { secret: process.env.RAZORPAY_WEBHOOK_SECRET }).on('payment.captured', ({ data }) => settle(data))
 */
export function razorpay(): Provider<RazorpayEvents> {
  return defineProvider({
    name: 'razorpay',
    scheme: hmac({
      header: 'x-razorpay-signature',
      encoding: 'hex',
      signed: [parts.body],
      freshness: noTimestamp('Razorpay signs no time of sending'),
    }),
    identify: ({ body }) => ({
      type: body['event'],
      data: body['payload'],
      envelope: { createdAt: readTime(body['created_at'], 'seconds'), account: readText(body['account_id']) },
    }),
    events,
    // It waits 5 s for an answer.
    retryWindow: { ms: 86_400_000, source: 'https://razorpay.com/docs/webhooks/best-practices', readOn: '2026-11-29' },
    handlerTimeoutMs: 4_000,
    about: {
      title: 'Razorpay',
      source: 'https://razorpay.com/docs/webhooks/validate-test',
      readOn: '2026-11-29',
      notSigned: ['x-razorpay-event-id'],
      vectors: 'none published; the SDK razorpay verifies ours',
    },
  })
}
