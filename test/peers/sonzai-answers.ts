import * as z from 'zod'

// The answers of Sonzai's OpenAPI document; where they were read stands in `sonzai-calls.ts`. Members without `optional` are
// those it requires. A list may be null.

const text = z.string()
const list = <Item extends z.ZodType>(item: Item) => z.array(item).nullable()

export const Webhooks = z.object({
  webhooks: list(
    z.object({
      project_id: text,
      event_type: text,
      webhook_url: text,
      auth_header: text.optional(),
      is_active: z.boolean(),
      created_at: z.iso.datetime({ offset: true }),
      updated_at: z.iso.datetime({ offset: true }),
    }),
  ),
})

export const Registered = z.object({ success: z.boolean(), signing_secret: text.optional() })

export const Rotated = z.object({ success: z.boolean(), signing_secret: text })

export const Attempts = z.object({
  attempts: list(
    z.object({
      attempt_id: text,
      project_id: text,
      event_type: text,
      webhook_url: text,
      request_body: z.base64().optional(),
      response_code: z.int(),
      response_body: text.optional(),
      duration_ms: z.int(),
      attempt_number: z.int(),
      status: text,
      error_message: text.optional(),
      created_at: z.iso.datetime({ offset: true }),
    }),
  ),
  has_more: z.boolean(),
  next_cursor: text.optional(),
})

/** Messages of an agent that wait to be fetched. */
export const AgentNotifications = z.object({
  notifications: list(
    z.object({
      message_id: text,
      agent_id: text,
      user_id: text,
      check_type: text,
      generated_message: text,
      status: text,
      created_at: text,
      consumed_at: text.optional(),
      intent: text.optional(),
      wakeup_id: text.optional(),
    }),
  ),
})

export const Consumed = z.object({ success: z.boolean() })

export const Wakeups = z.object({
  wakeups: list(
    z.object({
      wakeup_id: text,
      agent_id: text,
      user_id: text,
      check_type: text,
      scheduled_at: text,
      status: text,
      created_at: text,
      event_description: text.optional(),
      executed_at: text.optional(),
      intent: text.optional(),
      interest_topic: text.optional(),
      last_topic: text.optional(),
      occasion: text.optional(),
      research_summary: text.optional(),
    }),
  ),
})

export const Scheduled = z.object({ wakeup_id: text, scheduled_at: text })

/** Events of a project that wait to be fetched. */
export const ProjectNotifications = z.object({
  notifications: list(
    z.object({
      notification_id: text,
      project_id: text,
      event_type: text,
      payload: z.unknown(),
      status: text,
      created_at: z.iso.datetime({ offset: true }),
      agent_id: text.optional(),
      user_id: text.optional(),
      expires_at: z.iso.datetime({ offset: true }).optional(),
      acknowledged_at: z.iso.datetime({ offset: true }).optional(),
    }),
  ),
  count: z.int(),
})

export const Acknowledged = z.object({ acknowledged: z.int() })

/** A problem document; no member is required. */
export const Problem = z.object({
  type: z.string().optional(),
  title: text.optional(),
  status: z.int().optional(),
  detail: text.optional(),
  instance: z.string().optional(),
  errors: list(
    z.object({ location: text.optional(), message: text.optional(), value: z.unknown().optional() }),
  ).optional(),
})
