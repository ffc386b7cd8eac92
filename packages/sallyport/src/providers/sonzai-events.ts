import type { EventsOf } from '../verify/provider.ts'
import * as z from 'zod'

// Only `event_type` is promised. Everything else may be missing or null, because Go services leave out what is empty or send
// null for it, and unknown members are kept. Names and members are those of the documents, and of the public SDKs and their
// OpenAPI document (sonzai-typescript of July 2026, read 29 November 2026). That one names an event in `type` or `event` in its
// streams; webhooks use `event_type`.
const text = z.string().nullish()

const envelope = {
  event_type: z.string(),
  agent_id: text,
  user_id: text,
  project_id: text,
}

/** A wakeup, as the platform's API lists it. Its id is text, and may be a number. */
const Wakeup = z.looseObject({
  wakeup_id: z.union([z.string(), z.number()]).nullish(),
  agent_id: text,
  user_id: text,
  check_type: text,
  intent: text,
  scheduled_at: text,
  status: text,
  occasion: text,
  interest_topic: text,
  event_description: text,
  last_topic: text,
  research_summary: text,
  created_at: text,
  executed_at: text,
})

/** Any Sonzai event: the envelope, and whatever else was sent. */
export const SonzaiEvent = z.looseObject(envelope)

/** A scheduled wakeup was triggered. */
export const SonzaiWakeupTriggered = z.looseObject({ ...envelope, wakeup: Wakeup.nullish() })

/** A wakeup came due, with what the agent wants to say. */
export const SonzaiWakeupReady = z.looseObject({
  ...envelope,
  wakeup: Wakeup.nullish(),
  memory_context: z.unknown().optional(),
  has_energy: z.boolean().nullish(),
  generated_message: text,
})

/** Schemas by event type: those the documents name, and those the service and its SDKs name today. */
export const sonzaiEvents = {
  'agent.message': SonzaiEvent,
  'agent.mood_change': SonzaiEvent,
  'agent.memory_added': SonzaiEvent,
  'agent.breakthrough': SonzaiEvent,
  'agent.wakeup': SonzaiWakeupTriggered,
  'agent.consolidation': SonzaiEvent,
  on_wakeup_ready: SonzaiWakeupReady,
  on_recurring_event_due: SonzaiEvent,
  on_diary_generated: SonzaiEvent,
  on_personality_updated: SonzaiEvent,
  on_mood_updated: SonzaiEvent,
  on_breakthrough_detected: SonzaiEvent,
  'agent.message.created': SonzaiEvent,
  'session.end': SonzaiEvent,
  'memory.created': SonzaiEvent,

  // No document shows the bodies of these.
  'agent.created': SonzaiEvent,
  'conversation.started': SonzaiEvent,
  'conversation.message': SonzaiEvent,
  'conversation.takeover.started': SonzaiEvent,
  'conversation.takeover.released': SonzaiEvent,
  'conversation.message.failed': SonzaiEvent,
  'conversation.unrouted': SonzaiEvent,
  'builtin_agent.completed': SonzaiEvent,
  'lead.enriched': SonzaiEvent,
  'lead.created': SonzaiEvent,
  'lead.updated': SonzaiEvent,
  'lead.stage_changed': SonzaiEvent,
  'catalog.booking.requested': SonzaiEvent,
  'inventory.updated': SonzaiEvent,
  'price.changed': SonzaiEvent,
  'message.received': SonzaiEvent,
  'outcome.recorded': SonzaiEvent,
} as const

/** Data types by event type. */
export type SonzaiEvents = EventsOf<typeof sonzaiEvents>
