import * as z from 'zod'
import { allow } from '../options/allow.ts'
import { checkOptions, failOption, type OptionRules } from '../options/check-options.ts'
import type { JsonObject } from '../verify/decode.ts'
import { fromBody } from '../verify/freshness.ts'
import { claimed, defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { bodySignature } from '../verify/schemes/body-signature.ts'
import { parts } from '../verify/schemes/message.ts'
import { schemaForAll } from './event-table.ts'

/** Options of `mailgun`. */
export interface MailgunOptions {
  /** Must be `true`: Mailgun signs a time and a token, and not the event. */
  readonly acceptUnsignedEvent: true
}

const rules: OptionRules<MailgunOptions> = { acceptUnsignedEvent: allow.required(allow.flag) }

/** The body's `event-data`, of which nothing is signed. */
const MailgunEvent = z.looseObject({
  event: z.string(),
  id: z.string().nullish(),
  /** Seconds since 1970. */
  timestamp: z.number().nullish(),
  recipient: z.string().nullish(),
  /** `permanent` or `temporary`, of `failed`. */
  severity: z.string().nullish(),
  message: z.looseObject({}).nullish(),
})

// https://documentation.mailgun.com/docs/mailgun/user-manual/events/event-types, read 29 November 2026.
const events = claimed(
  schemaForAll('accepted rejected delivered failed opened clicked unsubscribed complained', MailgunEvent),
)

/** Data types by event type. */
export type MailgunEvents = EventsOf<typeof events>

/**
 * Mailgun, webhooks in JSON (https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks, read 29
 * November 2026). `signature.signature` in the body, in hex: HMAC-SHA256 over `signature.timestamp` and `signature.token`. The key is the
 * webhook signing key as text, of a subaccount its own one.
 *
 * **The event is not signed.** Anyone who has one delivery can write any event beside its signature, until the time is too old. So
 * types are `claimed:…`, and you must accept it: `acceptUnsignedEvent: true`. One signature counts once: its time and token find
 * duplicates. Ask Mailgun's events API before you act on what matters, such as removing an address.
 *
 * Mailgun does not say whether it signs a retry again: if retries are `TIMESTAMP_STALE`, pass the receiver a `toleranceMs` of 8
 * hours. Inbound mail (routes) comes as forms, which are rejected.
 *
 * @throws SallyportError `OPTION_INVALID` without `acceptUnsignedEvent: true`
 * @example
 * createReceiver(mailgun({ acceptUnsignedEvent: true }), { secret: process.env.MAILGUN_SIGNING_KEY })
 *   .on('claimed:delivered', ({ data }) => console.log(data.recipient))
 */
export function mailgun(options: MailgunOptions): Provider<MailgunEvents> {
  checkOptions('mailgun()', options, rules)
  if (!options.acceptUnsignedEvent)
    failOption('mailgun(): Mailgun does not sign the event; pass acceptUnsignedEvent: true to accept that')
  return defineProvider({
    name: 'mailgun',
    scheme: bodySignature({
      signature: 'signature.signature',
      encoding: 'hex',
      signed: [
        parts.member('signature.timestamp', { length: 10, characters: 'digits' }),
        parts.member('signature.token'),
      ],
      freshness: fromBody('signature.timestamp', 'seconds'),
      acceptUnsignedMembers: true,
    }),
    identify({ unsignedBody }) {
      const data = unsignedBody['event-data']
      return { claimedType: (data as JsonObject | null | undefined)?.['event'], data }
    },
    events,
    // Any other status is a failure to it, 202 too.
    acknowledgement: { status: 200 },
    retryWindow: {
      ms: 8 * 3_600_000,
      source: 'https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-retries',
      readOn: '2026-11-29',
    },
    about: {
      title: 'Mailgun',
      source: 'https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks',
      readOn: '2026-11-29',
      notSigned: ['the event itself: only a time and a token are'],
      vectors: "the tests of Mailgun's own library for PHP",
    },
  })
}
