import * as z from 'zod'
import { checkOptions } from '../options/check-options.ts'
import type { JsonObject } from '../verify/decode.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { sharedSecret } from '../verify/schemes/shared-secret.ts'
import { schemaForAll } from './event-table.ts'

/** `event.data`: the whole body. */
const PostmarkEvent = z.looseObject({
  RecordType: z.string(),
  MessageID: z.string().nullish(),
  MessageStream: z.string().nullish(),
  ServerID: z.number().nullish(),
  /** The address, or `Email` for bounces and complaints. */
  Recipient: z.string().nullish(),
  Email: z.string().nullish(),
  Tag: z.string().nullish(),
  Metadata: z.looseObject({}).nullish(),
})

/** `event.data` of an email that was received: the whole body. */
const PostmarkInbound = z.looseObject({
  MessageID: z.string().nullish(),
  From: z.string().nullish(),
  To: z.string().nullish(),
  Subject: z.string().nullish(),
  TextBody: z.string().nullish(),
  HtmlBody: z.string().nullish(),
  Attachments: z.array(z.looseObject({})).nullish(),
})

const events = {
  // https://postmarkapp.com/developer/webhooks/webhooks-overview, read 29 November 2026.
  ...schemaForAll('Delivery Bounce SpamComplaint Open Click SubscriptionChange', PostmarkEvent),
  /** An email that was received. */
  Inbound: PostmarkInbound,
}

/** Data types by event type. */
export type PostmarkEvents = EventsOf<typeof events>

/**
 * Postmark (https://postmarkapp.com/developer/webhooks/webhooks-overview, read 29 November 2026): HTTP Basic, as in the webhook's URL
 * `https://<user>:<password>@example.com/webhook`. The secret is `<user>:<password>`. It proves the sender and signs nothing: neither
 * body nor time is covered, so keep it secret and the endpoint on HTTPS.
 *
 * - The type is the body's `RecordType`; an email that was received has none, and is `Inbound`. `event.data` is the whole body.
 * - Nothing signed names an event, so none is a duplicate. To drop those that Postmark sends again, pass a `dedupeKey`: of `ID` for
 *   bounces and complaints, of `MessageID` and `Recipient` for deliveries.
 * - An inbound email with attachments may be larger than 1 MiB: set the receiver's `maxBodyBytes`.
 *
 * @example
 * createReceiver(postmark(), { secret: process.env.POSTMARK_WEBHOOK_SECRET }) // user:password
 *   .on('Bounce', ({ data }) => console.log(data.Email))
 */
export function postmark(): Provider<PostmarkEvents>
export function postmark(options: object = {}): Provider<PostmarkEvents> {
  checkOptions('postmark()', options, {})
  return defineProvider({
    name: 'postmark',
    scheme: sharedSecret({ basic: true }),
    identify: ({ body }) => ({ type: nameOf(body), data: body }),
    events,
    // Any other status is a failure to it, 202 too.
    acknowledgement: { status: 200 },
    // For inbound emails, at 10 growing distances; other webhooks give up earlier.
    retryWindow: {
      ms: 621 * 60_000,
      source: 'https://postmarkapp.com/support/article/understanding-inbound-webhook-retries-in-postmark',
      readOn: '2026-11-29',
    },
    about: {
      title: 'Postmark',
      source: 'https://postmarkapp.com/developer/webhooks/webhooks-overview',
      readOn: '2026-11-29',
      notSigned: ['the body and everything else: user and password only prove the sender'],
      vectors: 'none: nothing is signed',
    },
  })
}

function nameOf({ RecordType: type, FromFull: from }: JsonObject): unknown {
  return type === undefined && typeof from === 'object' ? 'Inbound' : type
}
