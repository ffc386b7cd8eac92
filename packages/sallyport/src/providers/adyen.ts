import * as z from 'zod'
import { allow } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import type { JsonObject } from '../verify/decode.ts'
import { noTimestamp } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { bodySignature } from '../verify/schemes/body-signature.ts'
import { parts } from '../verify/schemes/message.ts'
import { schemaForAll } from './event-table.ts'

/** Options of `adyen`. */
export interface AdyenOptions {
  /**
   * Whether `event.data` has the members that Adyen does not sign too, such as `reason` and `additionalData`. Anyone who has one
   * delivery can change them. @default false: only signed members
   */
  readonly acceptUnsignedMembers?: boolean | undefined
  /**
   * Whether a delivery may have several items. Adyen sends one in JSON, and signs each by itself: anyone who has two deliveries can put
   * their items together, which is a new delivery to the duplicate check. With `true`, handle each item once by yourself. @default
   * false
   */
  readonly acceptBatches?: boolean | undefined
}

const rules: OptionRules<AdyenOptions> = { acceptUnsignedMembers: allow.flag, acceptBatches: allow.flag }

/** One item: what happened to a payment. */
const AdyenItem = z.looseObject({
  eventCode: z.string(),
  pspReference: z.string(),
  originalReference: z.string().nullish(),
  merchantAccountCode: z.string().nullish(),
  merchantReference: z.string().nullish(),
  /** In minor units. */
  amount: z.looseObject({ value: z.number().nullish(), currency: z.string().nullish() }).nullish(),
  /** `true` or `false`, as text. */
  success: z.string().nullish(),
})

// https://docs.adyen.com/development-resources/webhooks/webhook-types, read 29 November 2026.
const events = {
  ...schemaForAll(
    'AUTHORISATION AUTHORISATION_ADJUSTMENT AUTORESCUE CANCEL_AUTORESCUE CANCEL_OR_REFUND CANCELLATION CAPTURE CAPTURE_FAILED CHARGEBACK CHARGEBACK_REVERSED MANUAL_REVIEW_ACCEPT MANUAL_REVIEW_REJECT NOTIFICATION_OF_CHARGEBACK NOTIFICATION_OF_FRAUD OFFER_CLOSED ORDER_CLOSED ORDER_OPENED PAYOUT_DECLINE PAYOUT_EXPIRE PAYOUT_THIRDPARTY POSTPONED_REFUND PREARBITRATION_LOST PREARBITRATION_WON RECURRING_CONTRACT REFUND REFUND_FAILED REFUND_WITH_DATA REFUNDED_REVERSED REPORT_AVAILABLE REQUEST_FOR_INFORMATION SECOND_CHARGEBACK TECHNICAL_CANCEL VOID_PENDING_REFUND',
    AdyenItem,
  ),
  /** Several items in one delivery, with `acceptBatches`. */
  batch: z.looseObject({ items: z.array(AdyenItem) }),
}

/** Data types by event code. */
export type AdyenEvents = EventsOf<typeof events>

const wrapper = 'NotificationRequestItem'
const colon = parts.literal(':')
const member = (path: string) => parts.member(`${wrapper}.${path}`)

/**
 * Adyen, standard webhooks in JSON
 * (https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures, read 29 November 2026).
 * `additionalData.hmacSignature` of each item, in base64: HMAC-SHA256 over eight of its members, joined by colons. The key is the hex
 * of the Customer Area, decoded. Older documents escape colons; Adyen and its libraries do not.
 *
 * - Adyen sends one item, whose `eventCode` is the type and which is the data. Several are rejected, unless you pass
 *   `acceptBatches: true`: then they are a `batch`, with `data.items`, of which every one must verify.
 * - `event.data` has the signed members alone, unless you pass `acceptUnsignedMembers: true`.
 * - No time is signed: the age cannot be checked. The signed members find duplicates, for the 30 days that Adyen retries. An inbox
 *   forgets sooner, after 7 days by default: set the `retentionMs` of its engine.
 *
 * @example
 * createReceiver(adyen(), { secret: process.env.ADYEN_HMAC_KEY })
 *   .on('AUTHORISATION', async ({ data }) => { if (data.success === 'true') await ship(data.merchantReference) })
 */
export function adyen(options: AdyenOptions = {}): Provider<AdyenEvents> {
  checkOptions('adyen()', options, rules)
  const { acceptUnsignedMembers = false, acceptBatches = false } = options
  return defineProvider({
    name: 'adyen',
    scheme: bodySignature({
      each: 'notificationItems',
      signature: `${wrapper}.additionalData.hmacSignature`,
      encoding: 'base64',
      key: { encoding: 'hex' },
      signed: [
        member('pspReference'),
        colon,
        member('originalReference'),
        colon,
        member('merchantAccountCode'),
        colon,
        // Its owner chooses it, so it may contain the colon.
        parts.member(`${wrapper}.merchantReference`, { free: true }),
        colon,
        member('amount.value'),
        colon,
        member('amount.currency'),
        colon,
        member('eventCode'),
        colon,
        member('success'),
      ],
      freshness: noTimestamp('Adyen signs no time'),
      acceptUnsignedMembers: true,
    }),
    identify({ body, unsignedBody }) {
      const signed = readItems(body)
      const items = acceptUnsignedMembers ? readItems(unsignedBody) : signed
      if (signed.length === 1) return { type: signed[0]!['eventCode'], data: items[0] }
      return { type: acceptBatches ? 'batch' : undefined, data: { items } }
    },
    events,
    acknowledgement: { body: '[accepted]' },
    // It waits 9 s.
    handlerTimeoutMs: 8_000,
    retryWindow: {
      ms: 30 * 86_400_000,
      source: 'https://docs.adyen.com/development-resources/webhooks/troubleshoot',
      readOn: '2026-11-29',
    },
    retentionMs: 31 * 86_400_000,
    about: {
      title: 'Adyen',
      source: 'https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures',
      readOn: '2026-11-29',
      notSigned: ['all members of an item but eight, such as reason and eventDate', 'live'],
      vectors: "the document, the tests of Adyen's own libraries",
    },
  })
}

function readItems(body: JsonObject): JsonObject[] {
  const items = body['notificationItems']
  if (!Array.isArray(items)) return []
  return items.map((item: unknown) => (item as Record<string, JsonObject>)[wrapper] ?? {})
}
