import * as z from 'zod'

// Request bodies as the platform's OpenAPI document has them (sonzai-typescript, July 2026, read 29 November 2026). It allows
// no other members.

const text = z.string({ error: ({ input }) => (input === undefined ? 'is required' : 'must be text') })
const whole = z.int({ error: ({ input }) => (input === undefined ? 'is required' : 'must be an integer') })

/** A webhook to register. */
export const RegisterRequest = z.strictObject({ webhook_url: text, auth_header: text.optional() })

/** Notifications of a project to acknowledge. */
export const AcknowledgeRequest = z.strictObject({
  notification_ids: z
    .array(text, { error: ({ input }) => (input === undefined ? 'is required' : 'must be a list') })
    .nullable(),
})

// The document has the filter in the query; sonzai-go sends it in the body.
/** What to acknowledge at once. */
export const AcknowledgeAllRequest = z.strictObject({ agent_id: text.optional(), event_type: text.optional() })

/** A wakeup to schedule. `scheduled_at` (RFC 3339) overrides `delay_hours`, which is required all the same. */
export const WakeupRequest = z.strictObject({
  user_id: text.min(1, 'is required'),
  check_type: text,
  intent: text,
  delay_hours: whole,
  scheduled_at: text.optional(),
  occasion: text.optional(),
  interest_topic: text.optional(),
  event_description: text.optional(),
})

export type WakeupRequest = z.output<typeof WakeupRequest>
