import { parts } from '../verify/schemes/message.ts'
import { allow } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import { defineProvider, type Provider } from '../verify/provider.ts'
import { fromSignature, noTimestamp } from '../verify/freshness.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { oneOf } from '../verify/schemes/one-of.ts'
import { withRequiredHeader } from '../verify/schemes/with-required-header.ts'
import type { Scheme } from '../verify/schemes/scheme.ts'
import { sonzaiEvents, type SonzaiEvents } from './sonzai-events.ts'
import { readMessageId } from './sonzai-message-id.ts'

export type { SonzaiEvents }

/** Options of `sonzai`. */
export interface SonzaiOptions {
  /**
   * The `authHeader` of the webhook, which Sonzai sends verbatim in `Authorization`. Deliveries without it are refused before
   * their body is read. A list allows any of its values. Checked in addition to the signature, never instead of it.
   */
  readonly authorization?: string | readonly string[] | undefined
  /**
   * Also accept the older signature: bare hex over the body alone, keyed with the whole secret, as the README of Sonzai's
   * TypeScript SDK has it (read 29 November 2026), or with the text after `whsec_`. It carries no time, so an old delivery cannot be told
   * from a new one; only the replay guard stops duplicates. @default false
   */
  readonly legacyBodySignature?: boolean | undefined
  /**
   * Names an event with a message by its type and the id in its signed body: the wakeup's, else the message's. Then a retry
   * with a new signature, and the same message fetched by polling, are one event. Needs a sender that gives every message,
   * and every wakeup, its own id. Events without an id keep the digest. @default false
   */
  readonly messageIds?: boolean | undefined
}

const rules: OptionRules<SonzaiOptions> = {
  // The scheme checks the values.
  authorization: allow.anything,
  legacyBodySignature: allow.flag,
  messageIds: allow.flag,
}

const header = 'sonzai-signature'
// The rest after `whsec_` is text: Sonzai does not base64-decode it.
const prefix = 'whsec_'
const key = { strip: prefix } as const
// Where the prefix belongs to the key, it is no secret by itself.
const wholeKey = { reject: [prefix] } as const

const current = hmac({
  header,
  fields: { signature: 'v1', timestamp: 't' },
  encoding: 'hex',
  signed: [parts.timestamp, parts.literal('.'), parts.body],
  key,
  freshness: fromSignature('seconds'),
})

const older = [wholeKey, key].map((format) =>
  hmac({
    header,
    encoding: 'hex',
    signed: [parts.body],
    key: format,
    freshness: noTimestamp('the older signature form carries no time'),
  }),
)

/**
 * Sonzai: signed agent events (https://sonz.ai/docs). `Sonzai-Signature: t=<seconds>,v1=<hex>[,v1=<hex>]`, HMAC-SHA256 over
 * `<t>.<body>`, 300 s tolerance. The whole body is the event's data; its type is `event_type`. Sonzai signs no event id, so
 * the dedupe key is a digest of all signed bytes, including the time, unless `messageIds` is set.
 *
 * @throws SallyportError `SECRET_INVALID` for an `authorization` that is `undefined`, empty or not printable ASCII
 * @example
 * createReceiver(sonzai(), { secret: process.env.SONZAI_WEBHOOK_SECRET })
 */
export function sonzai(options: SonzaiOptions = {}): Provider<SonzaiEvents> {
  checkOptions('sonzai()', options, rules)
  return defineProvider({
    name: 'sonzai',
    about: {
      title: 'Sonzai',
      source: 'https://sonz.ai/docs',
      readOn: '2026-11-29',
      notSigned: ['Authorization'],
      vectors: 'none published',
      secretPrefix: 'whsec_',
    },
    scheme: toScheme(options),
    identify: ({ body: data }) => ({
      type: data['event_type'],
      id: options.messageIds === true ? readMessageId(data) : undefined,
      data,
    }),
    events: sonzaiEvents,
  })
}

function toScheme(options: SonzaiOptions): Scheme {
  const { authorization = [], legacyBodySignature = false } = options
  const scheme = legacyBodySignature ? oneOf(current, ...older) : current
  // An unset environment variable must not drop the check silently, so the option's presence counts.
  if (!('authorization' in options)) return scheme
  return withRequiredHeader(
    scheme,
    'authorization',
    typeof authorization === 'string' ? [authorization] : authorization,
  )
}
