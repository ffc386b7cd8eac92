import * as z from 'zod'
import { listTypes, schemaForAll } from './event-table.ts'

const Subscription = z.looseObject({
  id: z.string().nullish(),
  /** `enabled`, or why Twitch has ended the subscription. */
  status: z.string().nullish(),
  type: z.string(),
  version: z.string().nullish(),
  condition: z.looseObject({}).nullish(),
})

/** `event.data`: the whole body. */
const TwitchEvent = z.looseObject({ subscription: Subscription, event: z.looseObject({}) })

/** `event.data` of a type that Twitch sends in batches: the whole body. */
const TwitchBatch = z.looseObject({
  subscription: Subscription,
  events: z.array(z.looseObject({ id: z.string().nullish(), data: z.looseObject({}).nullish() })),
})

/** Subscription types (https://dev.twitch.tv/docs/eventsub/eventsub-subscription-types, read 29 November 2026). */
const types = listTypes({
  'automod.message': 'hold update',
  'automod.settings': 'update',
  'automod.terms': 'update',
  channel: 'ban cheer follow moderate raid subscribe unban update',
  'channel.ad_break': 'begin',
  'channel.bits': 'use',
  'channel.channel_points_automatic_reward_redemption': 'add',
  'channel.channel_points_custom_reward': 'add remove update',
  'channel.channel_points_custom_reward_redemption': 'add update',
  'channel.charity_campaign': 'donate progress start stop',
  'channel.chat': 'clear clear_user_messages message message_delete notification user_message_hold user_message_update',
  'channel.chat_settings': 'update',
  'channel.custom_power_up_redemption': 'add',
  'channel.goal': 'begin end progress',
  'channel.guest_star_guest': 'update',
  'channel.guest_star_session': 'begin end',
  'channel.guest_star_settings': 'update',
  'channel.hype_train': 'begin end progress',
  'channel.moderator': 'add remove',
  'channel.poll': 'begin end progress',
  'channel.prediction': 'begin end lock progress',
  'channel.shared_chat': 'begin end update',
  'channel.shield_mode': 'begin end',
  'channel.shoutout': 'create receive',
  'channel.subscription': 'end gift message',
  'channel.suspicious_user': 'message update',
  'channel.unban_request': 'create resolve',
  'channel.vip': 'add remove',
  'channel.warning': 'acknowledge send',
  'conduit.shard': 'disabled',
  'extension.bits_transaction': 'create',
  stream: 'offline online',
  user: 'update',
  'user.authorization': 'grant revoke',
  'user.whisper': 'message',
})

/** Every declared type. */
export const twitchEvents = {
  ...schemaForAll(types, TwitchEvent),
  'drop.entitlement.grant': TwitchBatch,
  /** Twitch has ended a subscription; `subscription.status` says why. */
  revocation: z.looseObject({ subscription: Subscription }),
}
