import * as z from 'zod'
import { listTypes, schemaForAll } from './event-table.ts'

/** `event.data`: the `payload` of the body. */
const ZoomPayload = z.looseObject({
  account_id: z.string().nullish(),
  /** The meeting, user, recording or other object that the event is about. */
  object: z.looseObject({}).nullish(),
})

/** Event types, as Zoom's library `@zoom/rivet` 0.4 lists them (read 29 November 2026). */
const types = listTypes({
  account:
    'created disassociated lock_settings_updated settings_updated updated vanity_url_approved vanity_url_rejected',
  group:
    'admin_added admin_deleted created deleted lock_settings_updated member_added member_deleted settings_updated updated',
  information_barriers: 'policy_created policy_deleted policy_updated',
  meeting:
    'alert breakout_room_sharing_ended breakout_room_sharing_started chat_message_file_sent chat_message_sent created deleted device_tested ended live_streaming_started live_streaming_stopped participant_admitted participant_bind participant_feedback participant_jbh_joined participant_jbh_waiting participant_jbh_waiting_left participant_joined participant_joined_breakout_room participant_joined_waiting_room participant_left participant_left_breakout_room participant_left_waiting_room participant_phone_callout_accepted participant_phone_callout_missed participant_phone_callout_rejected participant_phone_callout_ringing participant_put_in_waiting_room participant_role_changed participant_room_system_callout_accepted participant_room_system_callout_failed participant_room_system_callout_missed participant_room_system_callout_rejected participant_room_system_callout_ringing permanently_deleted recovered registration_approved registration_cancelled registration_created registration_denied risk_alert sharing_ended sharing_started started summary_completed summary_deleted summary_recovered summary_shared summary_trashed summary_updated updated',
  phone:
    'account_settings_updated blind_transfer_initiated call_history_deleted call_log_deleted call_log_permanently_deleted callee_answered callee_call_history_completed callee_call_log_completed callee_ended callee_hold callee_meeting_inviting callee_missed callee_mute callee_parked callee_rejected callee_ringing callee_unhold callee_unmute caller_call_history_completed caller_call_log_completed caller_connected caller_ended caller_hold caller_meeting_inviting caller_mute caller_ringing caller_unhold caller_unmute conference_started device_registration emergency_alert generic_device_provision group_settings_updated peering_number_cnam_updated peering_number_emergency_address_updated recording_completed recording_completed_for_access_member recording_deleted recording_failed recording_paused recording_permanently_deleted recording_resumed recording_started recording_stopped recording_transcript_completed sms_campaign_number_opt_in sms_campaign_number_opt_out sms_received sms_sent sms_sent_failed transfer_call_to_voicemail_initiated voicemail_deleted voicemail_permanently_deleted voicemail_received voicemail_received_for_access_member voicemail_transcript_completed',
  recording:
    'archive_files_completed batch_deleted batch_recovered batch_trashed cloud_storage_usage_updated completed deleted paused recovered registration_approved registration_created registration_denied renamed resumed started stopped transcript_completed trashed',
  session:
    'alert ended live_streaming_started live_streaming_stopped recording_completed recording_deleted recording_paused recording_recovered recording_resumed recording_started recording_stopped recording_transcript_completed recording_transcript_failed recording_trashed sharing_ended sharing_started started user_joined user_left',
  user: 'activated created deactivated deleted disassociated invitation_accepted personal_notes_updated presence_status_updated settings_updated signed_in signed_out tsp_created tsp_deleted tsp_updated updated',
  webinar:
    'alert chat_message_file_sent chat_message_sent created deleted ended participant_bind participant_feedback participant_joined participant_left participant_role_changed permanently_deleted recovered registration_approved registration_cancelled registration_created registration_denied sharing_ended sharing_started started updated',
})

/** Every declared type. */
export const zoomEvents = { ...schemaForAll(types, ZoomPayload), ...schemaForAll('app_deauthorized', ZoomPayload) }
