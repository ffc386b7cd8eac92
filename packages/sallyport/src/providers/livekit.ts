import * as z from 'zod'
import { allow } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import { readId } from '../verify/exact-json.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { jwt } from '../verify/schemes/jwt.ts'
import { schemaForAll } from './event-table.ts'

/** Options of `livekit`. */
export interface LivekitOptions {
  /** The API key that signs the webhooks, not its secret: the issuer of every token. A list accepts any of them. */
  readonly apiKey: string | readonly string[]
}

const rules: OptionRules<LivekitOptions> = {
  apiKey: allow.required(allow.either(allow.filled, allow.listOf(allow.filled, 'strings'))),
}

/** `event.data`: the whole body, which is LiveKit's `WebhookEvent` as JSON. */
const LivekitEvent = z.looseObject({
  event: z.string(),
  id: z.string().nullish(),
  /** Seconds since 1970; protobuf writes 64-bit numbers as text. */
  createdAt: z.union([z.string(), z.number()]).nullish(),
  room: z.looseObject({}).nullish(),
  participant: z.looseObject({}).nullish(),
  track: z.looseObject({}).nullish(),
  egressInfo: z.looseObject({}).nullish(),
  ingressInfo: z.looseObject({}).nullish(),
})

const events = schemaForAll(
  'room_started room_finished participant_joined participant_left participant_connection_aborted track_published track_unpublished egress_started egress_updated egress_ended ingress_started ingress_ended',
  LivekitEvent,
)

/** Data types by event type. */
export type LivekitEvents = EventsOf<typeof events>

/**
 * LiveKit (https://docs.livekit.io/intro/basics/rooms-participants-tracks/webhooks-events, and the server SDK's
 * `WebhookReceiver`, read 29 November 2026). `Authorization` holds a token without `Bearer`: HS256 under the API secret, issued by the
 * API key, with the SHA-256 of the body in base64 as `sha256`. `nbf` is the time of signing and limits the age; `exp` is checked
 * too. The receiver's `secret` is the API secret. The `id` in the body finds duplicates. Needs the package jose.
 *
 * @throws SallyportError `OPTION_INVALID` without an API key
 * @example
 * createReceiver(livekit({ apiKey: process.env.LIVEKIT_API_KEY! }), { secret: process.env.LIVEKIT_API_SECRET })
 *   .on('room_finished', ({ data }) => console.log(data.room))
 */
export function livekit(options: LivekitOptions): Provider<LivekitEvents> {
  checkOptions('livekit()', options, rules)
  return defineProvider({
    name: 'livekit',
    scheme: jwt({
      header: 'authorization',
      algorithms: ['HS256'],
      keys: { from: 'secret' },
      issuer: options.apiKey,
      age: 'nbf',
      binds: { to: 'body', claim: 'sha256', encoding: 'base64' },
    }),
    identify: ({ body }) => ({ id: readId(body, 'id'), type: body['event'], data: body }),
    events,
    about: {
      title: 'LiveKit',
      source: 'https://docs.livekit.io/intro/basics/rooms-participants-tracks/webhooks-events/',
      readOn: '2026-11-29',
      notSigned: [],
      vectors: 'body and hash in the tests of the SDK livekit-server-sdk; the SDK itself, both ways',
    },
  })
}
