import * as z from 'zod'
import { allow } from '../options/allow.ts'
import { checkOptions, failOption, type OptionRules } from '../options/check-options.ts'
import { fromHeader } from '../verify/freshness.ts'
import { createCertificateKeys, type KeyFetchOptions } from '../verify/keys/certificate-keys.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { parts } from '../verify/schemes/message.ts'
import { oneOf } from '../verify/schemes/one-of.ts'
import { publicKey } from '../verify/schemes/public-key.ts'
import { withCertificate } from '../verify/schemes/with-certificate.ts'
import { listTypes, schemaForAll, type EventTable } from './event-table.ts'

/** Options of `paypal`. */
export interface PaypalOptions extends Pick<KeyFetchOptions, 'fetch' | 'timeoutMs' | 'clock'> {
  /** The id of the webhook, as in `4JH86294D6297924G`; it is part of what PayPal signs. A list accepts any of them. */
  readonly webhookId: string | readonly [string, ...string[]]
  /** Whose certificates count. @default 'live' */
  readonly environment?: 'live' | 'sandbox' | undefined
  /**
   * Certificates of authorities in PEM, to which the chain must lead. PayPal publishes the last certificate alone, so name the one
   * that issued it. @default the chain is not checked, only name, dates and the TLS connection to PayPal
   */
  readonly trust?: readonly string[] | undefined
}

const rules: OptionRules<PaypalOptions> = {
  webhookId: allow.required(allow.either(allow.filled, allow.listOf(allow.filled, 'strings'))),
  environment: allow.oneOf('live', 'sandbox'),
  trust: allow.listOf(allow.filled, 'certificates in PEM'),
  fetch: allow.function,
  timeoutMs: allow.above0(),
  clock: allow.function,
}

const hosts = {
  live: ['api.paypal.com', 'api-m.paypal.com'],
  sandbox: ['api.sandbox.paypal.com', 'api-m.sandbox.paypal.com'],
} as const
const names = {
  live: ['messageverificationcerts.paypal.com'],
  sandbox: ['messageverificationcerts.sandbox.paypal.com'],
} as const

const types = {
  'PAYMENT.CAPTURE': 'COMPLETED DECLINED DENIED PENDING REFUNDED REVERSED',
  'PAYMENT.SALE': 'COMPLETED DENIED PENDING REFUNDED REVERSED',
  'PAYMENT.AUTHORIZATION': 'CREATED VOIDED',
  'PAYMENT.ORDER': 'CANCELLED CREATED',
  'PAYMENT.PAYOUTSBATCH': 'DENIED PROCESSING SUCCESS',
  'PAYMENT.PAYOUTS-ITEM': 'BLOCKED CANCELED DENIED FAILED HELD REFUNDED RETURNED SUCCEEDED UNCLAIMED',
  'CHECKOUT.ORDER': 'APPROVED COMPLETED PROCESSED',
  'CHECKOUT.PAYMENT-APPROVAL': 'REVERSED',
  'BILLING.PLAN': 'ACTIVATED CREATED DEACTIVATED UPDATED PRICING-CHANGE.ACTIVATED',
  'BILLING.SUBSCRIPTION': 'ACTIVATED CANCELLED CREATED EXPIRED PAYMENT.FAILED RE-ACTIVATED SUSPENDED UPDATED',
  'CATALOG.PRODUCT': 'CREATED UPDATED',
  'CUSTOMER.DISPUTE': 'CREATED RESOLVED UPDATED',
  'INVOICING.INVOICE': 'CANCELLED CREATED PAID REFUNDED SCHEDULED UPDATED',
  'IDENTITY.AUTHORIZATION-CONSENT': 'REVOKED',
  'MERCHANT.ONBOARDING': 'COMPLETED',
  'MERCHANT.PARTNER-CONSENT': 'REVOKED',
  'VAULT.PAYMENT-TOKEN': 'CREATED DELETED DELETION-INITIATED',
} as const satisfies EventTable

/** `event.data`: the whole body. */
const PaypalEvent = z.looseObject({
  id: z.string(),
  event_type: z.string(),
  create_time: z.string().nullish(),
  resource_type: z.string().nullish(),
  summary: z.string().nullish(),
  resource: z.looseObject({}).nullish(),
})

const events = schemaForAll(listTypes(types), PaypalEvent)

/** Data types by event type. */
export type PaypalEvents = EventsOf<typeof events>

const day = 86_400_000

/**
 * PayPal (https://developer.paypal.com/api/rest/webhooks/rest, read 29 November 2026). `Paypal-Transmission-Sig` is RSA-SHA256 over
 * `<transmission id>|<transmission time>|<webhook id>|<CRC-32 of the body>`. The key is that of the certificate at
 * `Paypal-Cert-Url`, which is fetched from PayPal's API host only and must be for `messageverificationcerts`.
 *
 * **PayPal covers the body by a CRC-32 alone**: anyone who has seen one delivery can make another body for its signature. So the
 * signed transmission id, not the `id` in the body, names an event: such a body is a duplicate once the real one was handled. Do
 * not log these headers; before you do harm, ask PayPal's API. PayPal retries for 3 days and does not say whether a retry gets a
 * new time, so the age is limited to these. The receiver takes no `secret`. `event.data` is the whole body.
 *
 * @throws SallyportError `OPTION_INVALID` without a webhook id
 * @example
 * createReceiver(paypal({ webhookId: process.env.PAYPAL_WEBHOOK_ID! }), {})
 *   .on('PAYMENT.CAPTURE.COMPLETED', ({ data }) => console.log(data.resource))
 */
export function paypal(options: PaypalOptions): Provider<PaypalEvents> {
  checkOptions('paypal()', options, rules)
  const { webhookId, environment = 'live', ...fetching } = options
  const [first, ...more] = typeof webhookId === 'string' ? ([webhookId] as const) : webhookId
  if (first === undefined) failOption('paypal(): webhookId must name at least one webhook')
  const scheme = more.length === 0 ? signedFor(first) : oneOf(signedFor(first), ...more.map(signedFor))
  const host = hosts[environment][0]
  return defineProvider({
    name: 'paypal',
    scheme: withCertificate(scheme, {
      header: 'paypal-cert-url',
      keys: createCertificateKeys({
        ...fetching,
        hosts: hosts[environment],
        path: /^\/v1\/notifications\/certs\/[\w-]+$/,
        names: names[environment],
      }),
      sample: `https://${host}/v1/notifications/certs/CERT-360caa42-fca2a594-1d93a270`,
    }),
    identify: ({ body, signedHeader }) => ({
      id: signedHeader('paypal-transmission-id'),
      type: body['event_type'],
      data: body,
    }),
    events,
    toleranceMs: 3 * day,
    retryWindow: { ms: 3 * day, source: 'https://developer.paypal.com/api/rest/webhooks/rest', readOn: '2026-11-29' },
    about: {
      title: 'PayPal',
      source: 'https://developer.paypal.com/api/rest/webhooks/rest',
      readOn: '2026-11-29',
      notSigned: ['the body but for its CRC-32, for which others can be made', 'Paypal-Auth-Algo', 'Correlation-Id'],
      vectors: 'a sandbox delivery in the tests of PayPal-Python-SDK, with the certificate recorded by PayPal-node-SDK',
    },
  })
}

function signedFor(webhookId: string) {
  return publicKey({
    algorithm: 'rsa-sha256',
    header: 'paypal-transmission-sig',
    encoding: 'base64',
    signed: [
      parts.header('paypal-transmission-id'),
      parts.literal('|'),
      parts.header('paypal-transmission-time'),
      parts.literal(`|${webhookId}|`),
      parts.crc32,
    ],
    freshness: fromHeader('paypal-transmission-time', 'iso'),
  })
}
