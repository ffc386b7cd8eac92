import * as z from 'zod'
import { checkOptions } from '../options/check-options.ts'
import type { JsonObject } from '../verify/decode.ts'
import { readId } from '../verify/exact-json.ts'
import { fromHeader } from '../verify/freshness.ts'
import type { HandshakeAnswer } from '../verify/handshake.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { ed25519 } from '../verify/schemes/ed25519.ts'
import { parts } from '../verify/schemes/message.ts'
import { schemaForAll } from './event-table.ts'

/** `event.data` of an interaction: the whole body. */
const Interaction = z.looseObject({
  id: z.string(),
  application_id: z.string().nullish(),
  token: z.string().nullish(),
  data: z.looseObject({}).nullish(),
  guild_id: z.string().nullish(),
  channel_id: z.string().nullish(),
})

/** `event.data` of a webhook event: the whole body. */
const WebhookEvent = z.looseObject({
  application_id: z.string().nullish(),
  event: z.looseObject({ type: z.string(), timestamp: z.string().nullish(), data: z.looseObject({}).nullish() }),
})

// https://docs.discord.com/developers/interactions/receiving-and-responding, read 29 November 2026: types 2 to 5.
const interactions = [
  'APPLICATION_COMMAND',
  'MESSAGE_COMPONENT',
  'APPLICATION_COMMAND_AUTOCOMPLETE',
  'MODAL_SUBMIT',
] as const

const events = {
  ...schemaForAll(interactions, Interaction),
  // https://docs.discord.com/developers/events/webhook-events, read 29 November 2026.
  ...schemaForAll(
    'APPLICATION_AUTHORIZED APPLICATION_DEAUTHORIZED ENTITLEMENT_CREATE ENTITLEMENT_UPDATE ENTITLEMENT_DELETE QUEST_USER_ENROLLMENT LOBBY_MESSAGE_CREATE LOBBY_MESSAGE_UPDATE LOBBY_MESSAGE_DELETE GAME_DIRECT_MESSAGE_CREATE GAME_DIRECT_MESSAGE_UPDATE GAME_DIRECT_MESSAGE_DELETE',
    WebhookEvent,
  ),
}

/** Data types by event type. */
export type DiscordEvents = EventsOf<typeof events>

/**
 * Discord: interactions and webhook events (https://docs.discord.com/developers/interactions/overview, read 29 November 2026).
 * `X-Signature-Ed25519: <hex>`, Ed25519 over `X-Signature-Timestamp` and the body. The secret is the application's public key, in
 * hex as the developer portal shows it.
 *
 * Discord's PING is signed, and answered. Interactions have the names of their types, such as `APPLICATION_COMMAND`: answer them
 * within 3 s with `createReply`. The signed `id` of an interaction finds duplicates. A webhook event has no id: its key is a
 * digest.
 *
 * @example
 * createReceiver(discord(), { secret: process.env.DISCORD_PUBLIC_KEY })
 *   .on('APPLICATION_COMMAND', () => createReply({ body: { type: 4, data: { content: 'Hello' } } }))
 */
export function discord(): Provider<DiscordEvents>
export function discord(options: object = {}): Provider<DiscordEvents> {
  checkOptions('discord()', options, {})
  return defineProvider({
    name: 'discord',
    scheme: ed25519({
      header: 'x-signature-ed25519',
      encoding: 'hex',
      key: { encoding: 'hex' },
      signed: [parts.header('x-signature-timestamp'), parts.body],
      freshness: fromHeader('x-signature-timestamp', 'seconds'),
    }),
    identify({ body }) {
      const { type, event } = body
      if (isObject(event)) return { type: event['type'], data: body }
      return { id: readId(body, 'id'), type: interactions[Number(type) - 2], data: body }
    },
    events,
    handshake: { signed: ({ body }) => answerPing(body) },
    acknowledgement: { status: 204 },
    retryWindow: {
      ms: 10 * 60_000,
      source: 'https://docs.discord.com/developers/events/webhook-events',
      readOn: '2026-11-29',
    },
    handlerTimeoutMs: 2_500,
    about: {
      title: 'Discord',
      source: 'https://docs.discord.com/developers/interactions/overview',
      readOn: '2026-11-29',
      notSigned: ['any other header'],
      vectors: 'webhook-co/webhook; the SDK discord-interactions verifies ours',
    },
  })
}

/** A PING is type 1 of interactions, which are answered, and type 0 of webhook events; these have type 1 for an event. */
function answerPing({ type, event }: JsonObject): HandshakeAnswer | undefined {
  if (type === 0) return { empty: true }
  return type === 1 && event === undefined ? { json: { type: 1 } } : undefined
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null
}
