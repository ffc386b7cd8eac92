import * as z from 'zod'
import { readId } from '../verify/exact-json.ts'
import { fromSignature } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'
import { listTypes, schemaForAll } from './event-table.ts'
import { readTime } from './read-time.ts'

/** `event.data`: the entity as it is now. */
const PaddleEntity = z.looseObject({ id: z.string().nullish(), status: z.string().nullish() })

const types = listTypes({
  address: 'created imported updated',
  adjustment: 'created updated',
  api_key: 'created expired expiring revoked updated',
  api_key_exposure: 'created',
  business: 'created imported updated',
  client_token: 'created revoked updated',
  customer: 'created imported updated',
  discount: 'created imported updated',
  discount_group: 'created updated',
  payment_method: 'deleted saved',
  payout: 'created paid',
  price: 'created imported updated',
  product: 'created imported updated',
  report: 'created updated',
  subscription: 'activated canceled created imported past_due paused resumed trialing updated',
  transaction: 'billed canceled completed created paid past_due payment_failed ready revised updated',
})
const events = schemaForAll(types, PaddleEntity)

/** Data types by event type. */
export type PaddleEvents = EventsOf<typeof events>

/**
 * Paddle Billing (https://developer.paddle.com/webhooks/about/signature-verification, read 29 November 2026).
 * `Paddle-Signature: ts=<seconds>;h1=<hex>`, HMAC-SHA256 over `<ts>:<body>`, several `h1` during rotation; the key is the whole
 * secret. The signed `event_id` finds duplicates. `event.data` is the body's `data`. Paddle's own libraries take deliveries of the
 * last 5 s only; set `toleranceMs` to be as strict. Paddle Classic signs otherwise and is not supported.
 *
 * @example
 * createReceiver(paddle(), { secret: process.env.PADDLE_WEBHOOK_SECRET }).on('transaction.completed', ({ data }) => ship(data.id))
 */
export function paddle(): Provider<PaddleEvents> {
  return defineProvider({
    name: 'paddle',
    scheme: hmac({
      header: 'paddle-signature',
      fields: { signature: 'h1', timestamp: 'ts' },
      separator: ';',
      encoding: 'hex',
      signed: [parts.timestamp, parts.literal(':'), parts.body],
      freshness: fromSignature('seconds'),
    }),
    identify: ({ body }) => ({
      id: readId(body, 'event_id'),
      type: body['event_type'],
      data: body['data'],
      envelope: { createdAt: readTime(body['occurred_at'], 'iso') },
    }),
    events,
    // Any other status is a failure to it, 202 too.
    acknowledgement: { status: 200 },
    // Live accounts: 60 attempts. It waits 5 s for an answer.
    retryWindow: {
      ms: 3 * 86_400_000,
      source: 'https://developer.paddle.com/webhooks/about/respond-to-webhooks',
      readOn: '2026-11-29',
    },
    handlerTimeoutMs: 4_000,
    about: {
      title: 'Paddle',
      source: 'https://developer.paddle.com/webhooks/about/signature-verification',
      readOn: '2026-11-29',
      notSigned: [],
      vectors: 'the tests of the SDK @paddle/paddle-node-sdk, which verifies ours',
    },
  })
}
