import * as z from 'zod'
import { allow } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import { noTimestamp } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Identity, type Provider, type SignedView } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'
import { oneOf } from '../verify/schemes/one-of.ts'
import type { Scheme } from '../verify/schemes/scheme.ts'

/** Options of `twilio`. */
export interface TwilioOptions {
  /**
   * Scheme and host that Twilio calls, as in `https://example.com`: they are signed, and behind a proxy the receiver cannot know
   * them. With the path that your proxy takes away, if it does: `https://example.com/hooks`.
   */
  readonly origin: string
  /** Whether this endpoint gets JSON instead of forms, as of Event Streams. @default false */
  readonly json?: boolean | undefined
}

const rules: OptionRules<TwilioOptions> = {
  origin: allow.required({
    allowed: 'what Twilio calls, without a slash at the end, as https://example.com',
    accepts: (value) => typeof value === 'string' && /^https?:\/\/[^\s/?#]+(?:\/[^\s/?#]+)*$/.test(value),
  }),
  json: allow.flag,
}

/** The longest that all attempts together may last. */
const formRetries = {
  ms: 15_000,
  source: 'https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides',
  readOn: '2026-11-30',
}

const streamRetries = {
  ms: 4 * 3_600_000,
  source: 'https://www.twilio.com/docs/events/event-delivery-and-duplication',
  readOn: '2026-11-30',
}

const text = z.string().nullish()

const formEvents = {
  /** A message to one of your numbers. */
  message: z.looseObject({ MessageSid: z.string(), From: text, To: text, Body: text, NumMedia: text }),
  /** What became of a message that you sent. */
  'message-status': z.looseObject({ MessageSid: z.string(), MessageStatus: z.string(), ErrorCode: text }),
  /** A call, or a change of its status. */
  call: z.looseObject({ CallSid: z.string(), CallStatus: text, From: text, To: text, Digits: text }),
  recording: z.looseObject({ RecordingSid: z.string(), RecordingStatus: text, CallSid: text }),
}

const jsonEvents = {
  /** A list of events of Event Streams: `data.items`. */
  events: z.looseObject({ items: z.array(z.looseObject({ id: z.string(), type: z.string(), source: text })) }),
}

/** Data types by event type, of forms. */
export type TwilioEvents = EventsOf<typeof formEvents>

/** Data types by event type, of JSON. */
export type TwilioJsonEvents = EventsOf<typeof jsonEvents>

/**
 * Twilio (https://www.twilio.com/docs/usage/webhooks/webhooks-security, and its library twilio, read 29 November 2026).
 * `X-Twilio-Signature: <base64>`, HMAC-SHA1; the key is the auth token as text. Of a form it covers the URL and the sorted fields; of
 * JSON the URL, which has the SHA-256 of the body in `bodySHA256`.
 *
 * - The URL that counts is `origin` with the path and query of the request: no header of a proxy is asked. Twilio signs it with
 *   the port or without, so both count.
 * - Twilio names no event: a form has the type that its fields show, else `unrecognised`.
 * - **Nothing marks where a field begins.** Anyone who has one delivery can move such borders, and present `CallSid=CA1` as
 *   `CallSidC=A1`, or the start of a field as the end of the URL. So give forms and JSON endpoints of their own, and ask Twilio's API before you
 *   act on what matters.
 * - No time is signed: the age cannot be checked. A delivery with the same URL and fields is a duplicate. A call that returns to a URL,
 *   as by `<Redirect>`, may be one too, and an empty answer ends it: give each step a URL of its own, as `/menu?step=2`.
 *
 * A handler answers with TwiML by `createReply`, within 15 s; else the answer is an empty `<Response/>`.
 *
 * @throws SallyportError `OPTION_INVALID` without the origin
 * @example
 * createReceiver(twilio({ origin: 'https://example.com' }), { secret: process.env.TWILIO_AUTH_TOKEN })
 *   .on('message', ({ data }) => console.log(data.From, data.Body))
 */
export function twilio(options: TwilioOptions & { readonly json?: false | undefined }): Provider<TwilioEvents>
export function twilio(options: TwilioOptions & { readonly json: true }): Provider<TwilioJsonEvents>
export function twilio(options: TwilioOptions): Provider<TwilioEvents> | Provider<TwilioJsonEvents> {
  checkOptions('twilio()', options, rules)
  const { origin, json = false } = options
  const shared = {
    name: 'twilio',
    scheme: oneOf(defineScheme(origin, json), defineScheme(togglePort(origin), json)),
    // It waits 15 s.
    handlerTimeoutMs: 14_000,
    retryWindow: json ? streamRetries : formRetries,
    about: {
      title: 'Twilio',
      source: 'https://www.twilio.com/docs/usage/webhooks/webhooks-security',
      readOn: '2026-11-29',
      notSigned: ['where a field of a form begins', 'I-Twilio-Idempotency-Token'],
      vectors: "the tests of Twilio's own libraries; deliveries signed by the SDK twilio 6.3.1",
      retries: json ? 'Event Streams, with growing delays' : 'once, or as often as the URL says; Event Streams 4 hours',
    },
  }
  if (json) return defineProvider({ ...shared, identify: identifyJson, events: jsonEvents, lists: true })
  const acknowledgement = { type: 'text/xml', body: '<Response/>' } as const
  return defineProvider({ ...shared, identify: identifyForm, events: formEvents, forms: true, acknowledgement })
}

function defineScheme(origin: string, json: boolean): Scheme {
  return hmac({
    header: 'x-twilio-signature',
    algorithm: 'sha1',
    encoding: 'base64',
    signed: json ? [parts.url(origin, { bodyHash: 'bodySHA256' })] : [parts.url(origin), parts.form],
    freshness: noTimestamp('Twilio signs no time'),
  })
}

/** Without its port, or with the standard one. */
function togglePort(origin: string): string {
  const [, host = '', port, path = ''] = /^(https?:\/\/[^/]+?)(:\d+)?(\/.*)?$/.exec(origin)!
  const standard = origin.startsWith('https:') ? ':443' : ':80'
  return host + (port === undefined ? standard : '') + path
}

function identifyForm({ body }: SignedView): Identity {
  const { AccountSid, MessageSid, MessageStatus, RecordingSid, CallSid } = body
  return { type: typeOf(), data: body }

  function typeOf(): string | undefined {
    if (RecordingSid !== undefined) return 'recording'
    if (MessageSid !== undefined) return MessageStatus === undefined ? 'message' : 'message-status'
    if (CallSid !== undefined) return 'call'
    return AccountSid === undefined ? undefined : 'unrecognised'
  }
}

function identifyJson({ body }: SignedView): Identity {
  const { items } = body
  if (!Array.isArray(items)) return { type: 'unrecognised', data: body }
  return { type: items.length > 0 ? 'events' : undefined, data: body }
}
