import * as z from 'zod'
import { checkOptions } from '../options/check-options.ts'
import { fromHeader } from '../verify/freshness.ts'
import { readId } from '../verify/exact-json.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'
import { oneOf } from '../verify/schemes/one-of.ts'
import { listTypes, schemaForAll } from './event-table.ts'

/** The whole body. */
const BoxEvent = z.looseObject({
  /** Stays the same when Box sends the event again. */
  id: z.string().nullish(),
  created_at: z.string().nullish(),
  trigger: z.string(),
  webhook: z.looseObject({ id: z.string() }).nullish(),
  /** The file, folder or other item. */
  source: z.looseObject({ id: z.string().nullish(), type: z.string().nullish() }).nullish(),
})

// https://developer.box.com/guides/webhooks/triggers, read 29 November 2026.
const triggers = {
  FILE: 'UPLOADED PREVIEWED DOWNLOADED TRASHED DELETED RESTORED COPIED MOVED LOCKED UNLOCKED RENAMED',
  COMMENT: 'CREATED UPDATED DELETED',
  TASK_ASSIGNMENT: 'CREATED UPDATED',
  METADATA_INSTANCE: 'CREATED UPDATED DELETED',
  FOLDER: 'CREATED RENAMED DOWNLOADED RESTORED DELETED COPIED MOVED TRASHED',
  WEBHOOK: 'DELETED',
  COLLABORATION: 'CREATED ACCEPTED REJECTED REMOVED UPDATED',
  SHARED_LINK: 'DELETED CREATED UPDATED',
  SIGN_REQUEST: 'COMPLETED DECLINED EXPIRED SIGNER_EMAIL_BOUNCED',
} as const

const events = schemaForAll(listTypes(triggers), BoxEvent)

/** Data types by trigger. */
export type BoxEvents = EventsOf<typeof events>

const shared = {
  encoding: 'base64',
  signed: [parts.body, parts.header('box-delivery-timestamp')],
  freshness: fromHeader('box-delivery-timestamp', 'iso'),
} as const

/**
 * Box, webhooks V2 (https://developer.box.com/guides/webhooks/v2/signatures-v2, read 29 November 2026).
 * `BOX-SIGNATURE-PRIMARY` and `BOX-SIGNATURE-SECONDARY`, each base64 of an HMAC-SHA256 over the body and then
 * `BOX-DELIVERY-TIMESTAMP`; one of them must match, so that keys can be changed one after the other. The signed `id` of the body
 * finds duplicates. `event.type` is the trigger, `event.data` the whole body.
 *
 * @example
 * createReceiver(box(), { secret: [process.env.BOX_PRIMARY_KEY, process.env.BOX_SECONDARY_KEY] })
 *   .on('FILE.UPLOADED', ({ data }) => console.log(data.source?.id))
 */
export function box(): Provider<BoxEvents>
export function box(options: object = {}): Provider<BoxEvents> {
  checkOptions('box()', options, {})
  return defineProvider({
    name: 'box',
    scheme: oneOf(
      hmac({ ...shared, header: 'box-signature-primary' }),
      hmac({ ...shared, header: 'box-signature-secondary' }),
    ),
    identify: ({ body }) => ({ id: readId(body, 'id'), type: body['trigger'], data: body }),
    events,
    // As Box's own libraries do.
    toleranceMs: 600_000,
    // It waits 30 s. Up to 10 retries from 5 minutes on, further and further apart: 5 min × (2^10 - 1), if doubled.
    retryWindow: {
      ms: 5 * 60_000 * 1023,
      source: 'https://developer.box.com/guides/webhooks/v2',
      readOn: '2026-11-29',
    },
    handlerTimeoutMs: 25_000,
    retentionMs: 4 * 86_400_000,
    about: {
      title: 'Box',
      source: 'https://developer.box.com/guides/webhooks/v2/signatures-v2',
      readOn: '2026-11-29',
      notSigned: ['BOX-DELIVERY-ID', 'BOX-SIGNATURE-VERSION', 'BOX-SIGNATURE-ALGORITHM'],
      vectors: "the tests of Box's own libraries",
    },
  })
}
