import * as z from 'zod'
import type { JsonObject } from '../verify/decode.ts'
import { defineProvider, type EventsOf, type Provider } from '../verify/provider.ts'
import { sharedSecret } from '../verify/schemes/shared-secret.ts'
import { schemaForAll } from './event-table.ts'

/** `event.data`: the member of the update that the type names. */
const TelegramUpdate = z.looseObject({})

const events = schemaForAll(
  'message edited_message channel_post edited_channel_post business_connection business_message edited_business_message deleted_business_messages message_reaction message_reaction_count inline_query chosen_inline_result callback_query shipping_query pre_checkout_query purchased_paid_media poll poll_answer my_chat_member chat_member chat_join_request chat_boost removed_chat_boost',
  TelegramUpdate,
)

/** Data types by event type. */
export type TelegramEvents = EventsOf<typeof events>

// An update has one member beside its id; a new kind of update is named by it too.
const nameUpdate = (body: JsonObject): string | undefined => Object.keys(body).find((name) => name !== 'update_id')

/**
 * Telegram bots (https://core.telegram.org/bots/api#setwebhook, read 29 November 2026). `X-Telegram-Bot-Api-Secret-Token` brings the
 * `secret_token` that you gave to `setWebhook`. It proves the sender and signs nothing: neither body nor time is covered, so keep the
 * secret secret and the endpoint on HTTPS. Nothing signed names an update, so none is a duplicate; to drop those that Telegram sends
 * again, pass a `dedupeKey` that reads `update_id`. `event.data` is the member that the type names.
 *
 * @example
 * createReceiver(telegram(), { secret: process.env.TELEGRAM_WEBHOOK_SECRET }).on('message', ({ data }) => reply(data))
 */
export function telegram(): Provider<TelegramEvents> {
  return defineProvider({
    name: 'telegram',
    scheme: sharedSecret({ header: 'x-telegram-bot-api-secret-token', bearer: 'never' }),
    identify({ body }) {
      const type = nameUpdate(body)
      return { type, data: type === undefined ? undefined : body[type] }
    },
    events,
    retryWindow: { ms: 86_400_000, source: 'https://core.telegram.org/bots/api#getting-updates', readOn: '2026-11-30' },
    about: {
      title: 'Telegram',
      source: 'https://core.telegram.org/bots/api#setwebhook',
      readOn: '2026-11-29',
      notSigned: ['the body and everything else: the token only proves the sender'],
      vectors: 'none: nothing is signed',
    },
  })
}
