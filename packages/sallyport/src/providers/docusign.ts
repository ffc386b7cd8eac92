import * as z from 'zod'
import { checkOptions } from '../options/check-options.ts'
import type { JsonObject } from '../verify/decode.ts'
import { noTimestamp } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'
import { schemaForAll } from './event-table.ts'
import { readText, readTime } from './read-time.ts'

/** The whole body, in the JSON SIM format. */
const DocusignEvent = z.looseObject({
  event: z.string(),
  /** How often Docusign sent it before. */
  retryCount: z.union([z.number(), z.string()]).nullish(),
  configurationId: z.union([z.number(), z.string()]).nullish(),
  generatedDateTime: z.string().nullish(),
  data: z
    .looseObject({
      accountId: z.string().nullish(),
      userId: z.string().nullish(),
      envelopeId: z.string().nullish(),
      recipientId: z.string().nullish(),
      templateId: z.string().nullish(),
      /** Where the configuration includes data. */
      envelopeSummary: z.looseObject({ status: z.string().nullish() }).nullish(),
    })
    .nullish(),
})

// https://developers.docusign.com/platform/webhooks/connect/event-triggers, read 29 November 2026.
const events = schemaForAll(
  'envelope-created envelope-sent envelope-resent envelope-delivered envelope-completed envelope-declined envelope-voided envelope-corrected envelope-purge envelope-deleted envelope-discard recipient-sent recipient-resent recipient-autoresponded recipient-delivered recipient-completed recipient-declined recipient-authenticationfailed recipient-delegate recipient-reassign recipient-finish-later template-created template-modified template-deleted click-agreed click-declined',
  DocusignEvent,
)

/** Data types by event type. */
export type DocusignEvents = EventsOf<typeof events>

/**
 * Docusign Connect in the JSON SIM format (https://developers.docusign.com/platform/webhooks/connect/hmac, read 29 November 2026).
 * `X-DocuSign-Signature-1: <base64>` up to `-100`, HMAC-SHA256 over the body, one header for each key of the account; one must
 * match. A key is the text that Docusign shows, not its bytes.
 *
 * No time of sending and no id are signed. An event is known again by its configuration, name, `generatedDateTime` and what it is
 * about, so a retry with another `retryCount` is a duplicate. XML and the aggregate format are rejected. Where the configuration
 * includes documents, raise the receiver's `maxBodyBytes`.
 *
 * @example
 * createReceiver(docusign(), { secret: process.env.DOCUSIGN_HMAC_KEY })
 *   .on('envelope-completed', ({ data }) => console.log(data.data?.envelopeId))
 */
export function docusign(): Provider<DocusignEvents>
export function docusign(options: object = {}): Provider<DocusignEvents> {
  checkOptions('docusign()', options, {})
  return defineProvider({
    name: 'docusign',
    scheme: hmac({
      header: 'x-docusign-signature',
      numbered: 100,
      encoding: 'base64',
      signed: [parts.body],
      freshness: noTimestamp('Docusign signs when an event was made, not when it was sent'),
    }),
    identify: ({ body }) => ({
      id: readKey(body),
      type: body['event'],
      data: body,
      envelope: {
        createdAt: readTime(body['generatedDateTime'], 'iso'),
        account: readText((body['data'] as JsonObject | null | undefined)?.['accountId']),
      },
    }),
    events,
    // Ten retries, each 24 hours or more after the one before: at least that long.
    retryWindow: {
      ms: 10 * 86_400_000,
      source:
        'https://github.com/docusign/docusign-esign-node-client/blob/master/src/model/ConnectCustomConfiguration.js',
      readOn: '2026-11-30',
    },
    about: {
      title: 'Docusign',
      source: 'https://developers.docusign.com/platform/webhooks/connect/hmac',
      readOn: '2026-11-29',
      notSigned: ['X-Authorization-Digest', 'X-DocuSign-AccountId'],
      vectors: "a delivery signed by Docusign's own example, code-examples-node",
      retries: 'up to 10 times, a day or more apart, if acknowledgement is required',
    },
  })
}

// All but `retryCount`, which differs when Docusign sends the event again, and what it found at that time.
function readKey({ event, configurationId, generatedDateTime, data }: JsonObject): string | undefined {
  if (typeof generatedDateTime !== 'string' || typeof data !== 'object' || data === null) return undefined
  const ids = Object.entries(data).filter(([name, value]) => name.endsWith('Id') && typeof value === 'string')
  const key = [configurationId, event, generatedDateTime, ...ids.toSorted(([one], [other]) => (one < other ? -1 : 1))]
  return ids.length === 0 ? undefined : JSON.stringify(key)
}
