import * as z from 'zod'
import { listAnswer, readList, type ReadList } from '../http/list-answer.ts'
import { keepingUnknown } from '../objects.ts'

// Go services leave out what is empty, or send null for it.
const text = z.string().nullish()

/** An answer that may bring a secret. `signing_secret` on the wire, `secret` in the older documents; `secret` here. */
export const SecretAnswer = z
  .looseObject({ success: z.boolean().nullish(), signing_secret: text, secret: text })
  .transform(({ secret, ...rest }) => {
    const value = rest.signing_secret || secret
    return value ? { ...rest, secret: value } : rest
  })
  .transform((answer): typeof answer & { readonly secret?: string | undefined } => answer)

/** A registered webhook. */
export const SonzaiWebhook = z.looseObject({
  event_type: z.string(),
  webhook_url: z.string(),
  project_id: text,
  auth_header: text,
  is_active: z.boolean().nullish(),
  created_at: text,
  updated_at: text,
})

export const SonzaiWebhookList = listAnswer('webhooks', SonzaiWebhook, ['project_id'], {})

/** A delivery attempt. `request_body` is base64. */
export const SonzaiDeliveryAttempt = z.looseObject({
  attempt_id: z.string(),
  event_type: text,
  webhook_url: text,
  project_id: text,
  request_body: text,
  response_code: z.number().nullish(),
  response_body: text,
  duration_ms: z.number().nullish(),
  attempt_number: z.number().nullish(),
  status: text,
  error_message: text,
  created_at: text,
})

export const SonzaiDeliveryAttempts = listAnswer('attempts', SonzaiDeliveryAttempt, ['attempt_id', 'project_id'], {
  has_more: z.boolean().nullish(),
  next_cursor: text,
})

/** A pending message. The wire says `id` or `message_id`; here it is `id`. */
export const SonzaiNotification = z
  .looseObject({
    id: text,
    message_id: text,
    wakeup_id: text,
    type: text,
    content: z.unknown().optional(),
    agent_id: text,
    user_id: text,
    status: text,
    created_at: text,
  })
  .transform(({ id, ...rest }, context) => {
    const name = id || rest['message_id']
    if (!name) {
      context.addIssue({ code: 'custom', message: 'missing', path: ['id'] })
      return z.NEVER
    }
    return keepingUnknown({ ...rest, id: name })
  })

// The documents say `items`, the service sends `notifications`.
export const SonzaiNotificationList = z.custom<object>().transform((answer, context) => {
  const read = (name: string): ReadList<SonzaiNotification> =>
    readList(answer, name, SonzaiNotification, ['id', 'message_id', 'wakeup_id', 'agent_id', 'user_id'], context)
  const [items, notifications] = [read('items'), read('notifications')]
  const isEmpty = items.items.length + items.unreadable.length === 0
  return { ...answer, ...(isEmpty ? notifications : items) }
})

export const SonzaiAnswer = z.looseObject({ success: z.boolean().nullish() })

/** A scheduled wakeup. */
export const SonzaiWakeup = z.looseObject({
  wakeup_id: z.string(),
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

export const wakeupIds = ['wakeup_id', 'agent_id', 'user_id']

export const SonzaiWakeupList = listAnswer('wakeups', SonzaiWakeup, wakeupIds, {})

/** A webhook as the platform lists it; unknown fields are kept. */
export type SonzaiWebhook = z.output<typeof SonzaiWebhook>
export type SonzaiDeliveryAttempt = z.output<typeof SonzaiDeliveryAttempt>
export type SonzaiNotification = z.output<typeof SonzaiNotification>
export type SonzaiWakeup = z.output<typeof SonzaiWakeup>
