import * as z from 'zod'
import { allow } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import { noTimestamp } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'
import { tokenChallenge } from '../verify/token-challenge.ts'
import { schemaForAll } from './event-table.ts'

/** Options of `meta`. */
export interface MetaOptions {
  /**
   * The verify token, as you enter it in the app's dashboard, or several during rotation. With it, Meta's check of the URL is
   * answered. @default every GET is refused
   */
  readonly verifyToken?: string | readonly string[] | undefined
}

const rules: OptionRules<MetaOptions> = { verifyToken: allow.secret(allow.anything) }

const Change = z.looseObject({ field: z.string(), value: z.unknown().optional() })
const entryOf = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.looseObject({ object: z.string(), entry: z.array(z.looseObject({ id: z.string().nullish(), ...shape })) })

/** `event.data`: the whole body. An entry has fields that changed, with their values unless the app asked for names alone. */
const MetaUpdate = entryOf({
  /** Seconds, or milliseconds for messages, since 1970. */
  time: z.number().nullish(),
  changes: z.array(Change).nullish(),
  changed_fields: z.array(z.string()).nullish(),
})

const Messaging = z.looseObject({
  sender: z.looseObject({ id: z.string().nullish() }).nullish(),
  recipient: z.looseObject({ id: z.string().nullish() }).nullish(),
  /** Milliseconds since 1970. */
  timestamp: z.number().nullish(),
  message: z.looseObject({ mid: z.string().nullish(), text: z.string().nullish() }).nullish(),
})

/** `event.data` of Messenger and Instagram: the whole body, with messages, changes or both. */
const MetaMessages = entryOf({
  time: z.number().nullish(),
  messaging: z.array(Messaging).nullish(),
  standby: z.array(Messaging).nullish(),
  changes: z.array(Change).nullish(),
})

/** `event.data` of WhatsApp: the whole body. */
const WhatsAppUpdate = entryOf({
  changes: z.array(
    z.looseObject({
      field: z.string(),
      value: z.looseObject({
        messaging_product: z.string().nullish(),
        metadata: z.looseObject({ phone_number_id: z.string().nullish() }).nullish(),
        messages: z.array(z.looseObject({ id: z.string().nullish(), type: z.string().nullish() })).nullish(),
        statuses: z.array(z.looseObject({ id: z.string().nullish(), status: z.string().nullish() })).nullish(),
      }),
    }),
  ),
})

const events = {
  ...schemaForAll('page instagram', MetaMessages),
  whatsapp_business_account: WhatsAppUpdate,
  ...schemaForAll('user permissions application ad_account', MetaUpdate),
}

/** Data types by object. */
export type MetaEvents = EventsOf<typeof events>

/**
 * Meta: Messenger, Instagram, WhatsApp Cloud API and the rest of the Graph API
 * (https://developers.facebook.com/docs/graph-api/webhooks/getting-started, read 29 November 2026).
 * `X-Hub-Signature-256: sha256=<hex>`, HMAC-SHA256 over the body; the key is the app secret as text.
 *
 * - The type is the body's `object`: `page` (Messenger), `instagram`, `whatsapp_business_account` and so on; `event.data` is the whole
 *   body. One delivery may have many entries, changes and messages. Declare further objects with `withEvents`.
 * - Meta signs the bytes that it sends, in which `é` is written as `\u00e9`. A body that was decoded and written again does not match.
 * - Meta signs no time of sending, so age cannot be checked. A retry has the same body, so its digest finds duplicates.
 *
 * @throws SallyportError `SECRET_MISSING` or `SECRET_INVALID` for a `verifyToken` that is `undefined`, empty or in white space
 * @example
 * createReceiver(meta({ verifyToken: process.env.META_VERIFY_TOKEN }), { secret: process.env.META_APP_SECRET })
 *   .on('whatsapp_business_account', ({ data }) => console.log(data.entry[0]?.changes[0]?.value.messages))
 */
export function meta(options: MetaOptions = {}): Provider<MetaEvents> {
  checkOptions('meta()', options, rules)
  return defineProvider({
    name: 'meta',
    scheme: hmac({
      header: 'x-hub-signature-256',
      prefix: 'sha256=',
      encoding: 'hex',
      signed: [parts.body],
      freshness: noTimestamp('Meta signs no time of sending'),
    }),
    // Over SHA-1, for old receivers.
    alsoSends: ['x-hub-signature'],
    identify: ({ body }) => ({ type: body['object'], data: body }),
    events,
    handshake: 'verifyToken' in options ? { get: challenge(options) } : undefined,
    // WhatsApp sends up to 3 MB.
    maxBodyBytes: 4 * 1024 * 1024,
    // WhatsApp's; the others give up earlier.
    retryWindow: {
      ms: 7 * 86_400_000,
      source: 'https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview',
      readOn: '2026-11-29',
    },
    about: {
      title: 'Meta: Messenger, Instagram, WhatsApp',
      source: 'https://developers.facebook.com/docs/graph-api/webhooks/getting-started',
      readOn: '2026-11-29',
      notSigned: ['any other header'],
      vectors: "the tests of Meta's own SDK for WhatsApp",
    },
  })
}

function challenge({ verifyToken = [] }: MetaOptions): ReturnType<typeof tokenChallenge> {
  return tokenChallenge({
    token: verifyToken,
    tokenParameter: 'hub.verify_token',
    challengeParameter: 'hub.challenge',
    fixed: { 'hub.mode': 'subscribe' },
  })
}
