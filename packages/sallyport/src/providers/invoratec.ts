import { parts } from '../verify/schemes/message.ts'
import { allow } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import { defineProvider, type Provider } from '../verify/provider.ts'
import { fromBody } from '../verify/freshness.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { refuse } from '../verify/verdict.ts'
import { unauthenticated } from '../verify/schemes/unauthenticated.ts'
import { invoratecEvents, type InvoratecEvents } from './invoratec-events.ts'

export type { InvoratecEvents }

/** Options of `invoratec`. */
export interface InvoratecOptions {
  /**
   * Take deliveries of a webhook that was registered without a secret: nothing is verified, anybody can send. The
   * receiver must say `acceptUnauthenticated: true` as well, and take no secret. @default false
   */
  readonly unsigned?: boolean | undefined
}

const rules: OptionRules<InvoratecOptions> = { unsigned: allow.flag }

const signed = hmac({
  header: 'x-webhook-signature',
  prefix: 'sha256=',
  encoding: 'hex',
  signed: [parts.body],
  freshness: fromBody('timestamp', 'iso'),
})

/**
 * Invoratec (智航云 AI 中台): signed platform events. `X-Webhook-Signature: sha256=<hex>`, HMAC-SHA256 over the body alone.
 * `X-Webhook-Event` and `X-Webhook-Timestamp` are not signed: type and time are read from the body. An `X-Webhook-Event` that
 * names another type is refused with `HEADER_DISAGREES`. The header's time decides nothing: a sender that reads its clock
 * twice, or retries, sends another one. `event.data` is the body's `data`.
 *
 * @example
 * createReceiver(invoratec(), { secret: process.env.INVORATEC_WEBHOOK_SECRET })
 */
export function invoratec(options: InvoratecOptions = {}): Provider<InvoratecEvents> {
  checkOptions('invoratec()', options, rules)
  const { unsigned = false } = options
  return defineProvider({
    name: 'invoratec',
    about: {
      title: 'Invoratec',
      source: 'its developer documents',
      readOn: '2026-11-29',
      notSigned: ['X-Webhook-Event', 'X-Webhook-Timestamp'],
      vectors: 'none published',
    },
    scheme: unsigned ? unauthenticated() : signed,
    identify({ body: { event, data }, unsignedHeaders }) {
      const isHonest = unsignedHeaders.getAll('x-webhook-event').every((claimed) => claimed === event)
      return isHonest ? { type: event, data } : refuse('HEADER_DISAGREES')
    },
    events: invoratecEvents,
  })
}
