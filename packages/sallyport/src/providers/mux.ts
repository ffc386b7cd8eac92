import * as z from 'zod'
import { readId } from '../verify/exact-json.ts'
import { fromSignature } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'
import { listTypes, schemaForAll } from './event-table.ts'
import { readTime } from './read-time.ts'

/** `event.data`: the asset, stream, upload or job as it is now. */
const MuxObject = z.looseObject({ id: z.string().nullish(), status: z.string().nullish() })

const job = 'cancelled completed errored pending processing'
const types = listTypes({
  'robots.job.ask_questions': job,
  'robots.job.find_key_moments': job,
  'robots.job.generate_chapters': job,
  'robots.job.moderate': job,
  'robots.job.summarize': job,
  'robots.job.translate_captions': job,
  'video.asset': 'created deleted errored live_stream_completed non_standard_input_detected ready updated warning',
  'video.asset.master': 'deleted errored preparing ready',
  'video.asset.static_rendition': 'created deleted errored ready skipped',
  'video.asset.static_renditions': 'deleted errored preparing ready',
  'video.asset.track': 'created deleted errored ready',
  'video.delivery': 'high_traffic',
  'video.live_stream': 'active connected created deleted disabled disconnected enabled idle recording updated warning',
  'video.live_stream.simulcast_target': 'broadcasting created deleted errored idle starting updated',
  'video.upload': 'asset_created cancelled created errored',
})
const events = schemaForAll(types, MuxObject)

/** Data types by event type. */
export type MuxEvents = EventsOf<typeof events>

/**
 * Mux (https://www.mux.com/docs/core/verify-webhook-signatures, read 29 November 2026). `Mux-Signature: t=<seconds>,v1=<hex>`,
 * HMAC-SHA256 over `<t>.<body>`. The signed `id` finds duplicates: `attempts` in the body changes with each attempt.
 * `event.data` is the body's `data`.
 *
 * @example
 * createReceiver(mux(), { secret: process.env.MUX_WEBHOOK_SECRET }).on('video.asset.ready', ({ data }) => publish(data.id))
 */
export function mux(): Provider<MuxEvents> {
  return defineProvider({
    name: 'mux',
    scheme: hmac({
      header: 'mux-signature',
      fields: { signature: 'v1', timestamp: 't' },
      encoding: 'hex',
      signed: [parts.timestamp, parts.literal('.'), parts.body],
      freshness: fromSignature('seconds'),
    }),
    identify: ({ body }) => ({
      id: readId(body, 'id'),
      type: body['type'],
      data: body['data'],
      envelope: { createdAt: readTime(body['created_at'], 'iso') },
    }),
    events,
    // With growing delays.
    retryWindow: { ms: 86_400_000, source: 'https://www.mux.com/docs/core/listen-for-webhooks', readOn: '2026-11-30' },
    about: {
      title: 'Mux',
      source: 'https://www.mux.com/docs/core/verify-webhook-signatures',
      readOn: '2026-11-29',
      notSigned: [],
      vectors: 'a delivery verified by the SDK @mux/mux-node 15.3.0',
    },
  })
}
