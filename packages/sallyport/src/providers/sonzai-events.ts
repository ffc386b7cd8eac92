import type { EventsOf } from '../verify/provider.ts'
import * as z from 'zod'

// Beyond the envelope the documents promise no field, so every one is optional and unknown ones are kept.
const envelope = {
  event_type: z.string(),
  agent_id: z.string().optional(),
  user_id: z.string().optional(),
  project_id: z.string().optional(),
}

/** Any Sonzai event: the envelope, and whatever else was sent. */
export const SonzaiEvent = z.looseObject(envelope)

/** A wakeup came due, with what the agent wants to say. */
export const SonzaiWakeupReady = z.looseObject({
  ...envelope,
  wakeup: z.looseObject({}).nullish(),
  memory_context: z.unknown().optional(),
  has_energy: z.boolean().nullish(),
  generated_message: z.string().nullish(),
})

/** Schemas by event type: those the documents name, and those the service sends today. */
export const sonzaiEvents = {
  'agent.message': SonzaiEvent,
  'agent.mood_change': SonzaiEvent,
  'agent.memory_added': SonzaiEvent,
  'agent.breakthrough': SonzaiEvent,
  'agent.wakeup': SonzaiEvent,
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
} as const

/** Data types by event type. */
export type SonzaiEvents = EventsOf<typeof sonzaiEvents>
