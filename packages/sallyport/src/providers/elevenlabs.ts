import * as z from 'zod'
import { fromSignature } from '../verify/freshness.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { hmac } from '../verify/schemes/hmac.ts'
import { parts } from '../verify/schemes/message.ts'
import { schemaForAll } from './event-table.ts'
import { readTime } from './read-time.ts'

/** `event.data`: the body's `data`. */
const ElevenlabsData = z.looseObject({})

const events = schemaForAll(
  'post_call_transcription post_call_audio call_initiation_failure voice_removal_notice voice_removal_notice_withdrawn voice_removed',
  ElevenlabsData,
)

/** Data types by event type. */
export type ElevenlabsEvents = EventsOf<typeof events>

/**
 * ElevenLabs (https://elevenlabs.io/docs/eleven-api/resources/webhooks, read 29 November 2026).
 * `ElevenLabs-Signature: t=<seconds>,v0=<hex>`, HMAC-SHA256 over `<t>.<body>`. No event id is signed: a retry with a new time
 * counts as a new event. The age limit is that of its SDK, 30 minutes. `event.data` is the body's `data`. Bodies may be
 * 25 MiB long: `post_call_audio` brings the call's audio.
 *
 * @example
 * createReceiver(elevenlabs(), { secret: process.env.ELEVENLABS_WEBHOOK_SECRET })
 *   .on('post_call_transcription', ({ data }) => archive(data))
 */
export function elevenlabs(): Provider<ElevenlabsEvents> {
  return defineProvider({
    name: 'elevenlabs',
    scheme: hmac({
      header: 'elevenlabs-signature',
      fields: { signature: 'v0', timestamp: 't' },
      encoding: 'hex',
      signed: [parts.timestamp, parts.literal('.'), parts.body],
      freshness: fromSignature('seconds'),
    }),
    identify: ({ body }) => ({
      type: body['type'],
      data: body['data'],
      envelope: { createdAt: readTime(body['event_timestamp'], 'seconds') },
    }),
    events,
    // Any other status is a failure to it, 202 too (https://elevenlabs.io/docs/eleven-agents/workflows/post-call-webhooks).
    acknowledgement: { status: 200 },
    // After 30 s, 2, 8 and 30 minutes, each up to a tenth longer.
    retryWindow: {
      ms: 2_673_000,
      source: 'https://elevenlabs.io/docs/eleven-api/resources/webhooks',
      readOn: '2026-11-30',
    },
    toleranceMs: 30 * 60_000,
    maxBodyBytes: 25 * 1024 * 1024,
    about: {
      title: 'ElevenLabs',
      source: 'https://elevenlabs.io/docs/eleven-api/resources/webhooks',
      readOn: '2026-11-29',
      notSigned: [],
      vectors: 'a delivery verified by the SDK @elevenlabs/elevenlabs-js 2.73.0',
      retries: 'only post_call_transcription where you enable it, after 408, 429 and 5xx',
    },
  })
}
