import * as z from 'zod'
import { checkOptions } from '../options/check-options.ts'
import { noTimestamp } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'

/** One event: a message, a follow, a join and so on, by `type`. */
const LineEvent = z.looseObject({
  type: z.string(),
  /** Stays the same when LINE sends the event again. */
  webhookEventId: z.string().nullish(),
  deliveryContext: z.looseObject({ isRedelivery: z.boolean() }).nullish(),
  /** Milliseconds since 1970. */
  timestamp: z.number().nullish(),
  mode: z.string().nullish(),
  replyToken: z.string().nullish(),
  source: z.looseObject({ type: z.string().nullish(), userId: z.string().nullish() }).nullish(),
})

const events = { events: z.looseObject({ destination: z.string().nullish(), events: z.array(LineEvent) }) }

/** Data types by event type. */
export type LineEvents = EventsOf<typeof events>

/**
 * LINE Messaging API (https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature, read 29 November 2026).
 * `X-Line-Signature: <base64>`, HMAC-SHA256 over the body; the key is the channel secret as text.
 *
 * A delivery has a list of events, which is empty when you test the URL. Its type is always `events`; each has its own type. The
 * signed `webhookEventId`s find duplicates, also those LINE marks as sent again. No time of sending is signed: the age cannot be
 * checked.
 *
 * @example
 * createReceiver(line(), { secret: process.env.LINE_WEBHOOK_SECRET })
 *   .on('events', async ({ data }) => { for (const event of data.events) if (event.type === 'message') await reply(event) })
 */
export function line(): Provider<LineEvents>
export function line(options: object = {}): Provider<LineEvents> {
  checkOptions('line()', options, {})
  return defineProvider({
    name: 'line',
    scheme: hmac({
      header: 'x-line-signature',
      encoding: 'base64',
      signed: [parts.body],
      freshness: noTimestamp('LINE signs when an event happened, not when it was sent'),
    }),
    identify: ({ body }) => ({
      id: readEventIds(body['events']),
      type: Array.isArray(body['events']) ? 'events' : undefined,
      data: body,
    }),
    events,
    // It waits 2 s for an answer (https://developers.line.biz/en/docs/messaging-api/check-webhook-error-statistics, read 30 November 2026).
    handlerTimeoutMs: 1_500,
    about: {
      title: 'LINE',
      source: 'https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature',
      readOn: '2026-11-29',
      notSigned: ['any other header'],
      vectors: 'none published; the SDK @line/bot-sdk verifies ours',
      retries: 'not documented how often; only where redelivery is switched on',
    },
  })
}

// Sent again, an event has another `isRedelivery`, so a digest would not find it.
function readEventIds(list: unknown): string | undefined {
  if (!Array.isArray(list) || list.length === 0) return undefined
  const ids = list.map((event: unknown) => (event as { webhookEventId?: unknown } | null)?.webhookEventId)
  return ids.every((id) => typeof id === 'string' && id !== '') ? JSON.stringify(ids) : undefined
}
