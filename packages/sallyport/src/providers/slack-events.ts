import * as z from 'zod'
import { schemaForAll } from './event-table.ts'

/** `event.data` of an event: the whole body. */
const SlackEvent = z.looseObject({
  team_id: z.string().nullish(),
  api_app_id: z.string().nullish(),
  event_id: z.string().nullish(),
  /** Seconds since 1970. */
  event_time: z.number().nullish(),
  event: z.looseObject({ type: z.string() }),
})

/** `event.data` of a slash command: the fields of its form. */
const SlashCommand = z.looseObject({
  command: z.string(),
  text: z.string().nullish(),
  user_id: z.string().nullish(),
  channel_id: z.string().nullish(),
  team_id: z.string().nullish(),
  response_url: z.string().nullish(),
  trigger_id: z.string().nullish(),
})

/** `event.data` of an interaction: the JSON in the field `payload`. */
const Interaction = z.looseObject({
  type: z.string(),
  user: z.looseObject({ id: z.string().nullish() }).nullish(),
  trigger_id: z.string().nullish(),
  response_url: z.string().nullish(),
})

/** Types of events by name (https://docs.slack.dev/reference/events, read 29 November 2026). */
const names =
  'app_deleted app_home_opened app_installed app_mention app_requested app_uninstalled app_uninstalled_team assistant_thread_context_changed assistant_thread_started call_rejected channel_archive channel_created channel_deleted channel_history_changed channel_id_changed channel_left channel_rename channel_shared channel_unarchive channel_unshared dnd_updated dnd_updated_user email_domain_changed emoji_changed file_change file_created file_deleted file_public file_shared file_unshared function_executed grid_migration_finished grid_migration_started group_archive group_close group_deleted group_history_changed group_left group_open group_rename group_unarchive im_close im_created im_history_changed im_open invite_requested link_shared member_joined_channel member_left_channel message message_metadata_deleted message_metadata_posted message_metadata_updated pin_added pin_removed reaction_added reaction_removed scope_denied scope_granted shared_channel_invite_accepted shared_channel_invite_approved shared_channel_invite_declined shared_channel_invite_received shared_channel_invite_requested star_added star_removed subteam_created subteam_members_changed subteam_self_added subteam_self_removed subteam_updated team_access_granted team_access_revoked team_domain_change team_join team_rename tokens_revoked user_change user_huddle_changed user_profile_changed user_status_changed'

/** Types of interactions (https://docs.slack.dev/reference/interaction-payloads, read 29 November 2026). */
const interactions = 'block_actions block_suggestion view_submission view_closed shortcut message_action'

/** Every type. */
export const slackEvents = {
  ...schemaForAll(names, SlackEvent),
  app_rate_limited: z.looseObject({ team_id: z.string().nullish(), minute_rate_limited: z.number().nullish() }),
  slash_command: SlashCommand,
  ...schemaForAll(interactions, Interaction),
}
