import type { SonzaiClient } from '@sallyport/platforms'
import * as z from 'zod'
import * as answers from './sonzai-answers.ts'

// The calls of Sonzai's management API as its OpenAPI document has them: `openapi.json` of github.com/sonz-ai/sonzai-typescript
// at f70e5c27 (10 July 2026), read on 29 November 2026. Those of sonzai-go at 734d768a (24 June 2026) and of sonzai-python at
// d9476228 (22 May 2026) say the same about these calls. Bodies allow no other member (`additionalProperties: false`); a query
// name that is not in the document is ignored.

/** Names to call with; the sandbox's test has them, the client's makes them awkward. */
export interface Names {
  readonly projectId: string
  readonly eventType: string
  readonly agentId: string
  readonly messageId: string
  /** Of the second page of attempts. */
  readonly cursor: string
}

/** What one of the public SDKs sends, where it differs from the document or is worth holding fast. */
export interface SdkRequest {
  readonly sdk: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** One documented call. */
export interface DocumentedCall {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  readonly path: string
  readonly query: z.ZodObject
  /** `undefined` where the document has no request body. */
  readonly body?: z.ZodObject | undefined
  readonly status: 200 | 204
  readonly answer?: z.ZodType | undefined
  /** The methods of our client that make it: with as little as they take, and with everything. */
  readonly ours: Readonly<Record<string, readonly [least: Made, most: Made]>>
  readonly sdks?: readonly SdkRequest[]
}

type Made = (client: SonzaiClient, names: Names) => Promise<unknown>

const text = z.string()
const whole = (least: number, most: number) => z.int().min(least).max(most)
const noQuery = z.strictObject({})
const limited = { limit: whole(1, 500).optional() }

const registration = { webhookUrl: 'https://example.com/hook' }
const fullRegistration = { ...registration, authHeader: 'Bearer mine' }

/** Webhooks of the tenant's project, and of a project named in the path. */
const webhookCalls: readonly DocumentedCall[] = [
  {
    method: 'PUT',
    path: '/webhooks/{eventType}',
    query: noQuery,
    body: z.strictObject({ webhook_url: text, auth_header: text.optional() }),
    status: 200,
    answer: answers.Registered,
    ours: {
      'webhooks.register': [
        ({ webhooks }, { eventType }) => webhooks.register(eventType, registration),
        ({ webhooks }, { eventType }) => webhooks.register(eventType, fullRegistration),
      ],
    },
  },
  {
    method: 'GET',
    path: '/webhooks',
    query: noQuery,
    status: 200,
    answer: answers.Webhooks,
    ours: {
      'webhooks.list': [({ webhooks }) => webhooks.list(), ({ webhooks }) => webhooks.list({ timeoutMs: 9000 })],
    },
  },
  {
    method: 'GET',
    path: '/webhooks/{eventType}/attempts',
    query: z.strictObject({ page_size: whole(1, 500).optional(), cursor: text.optional() }),
    status: 200,
    answer: answers.Attempts,
    ours: {
      'webhooks.listDeliveryAttempts': [
        ({ webhooks }, { eventType }) => webhooks.listDeliveryAttempts(eventType),
        ({ webhooks }, { eventType, cursor }) => webhooks.listDeliveryAttempts(eventType, { pageSize: 5, cursor }),
      ],
      'webhooks.iterateDeliveryAttempts': [
        ({ webhooks }, { eventType }) => webhooks.iterateDeliveryAttempts(eventType).next(),
        ({ webhooks }, { eventType, cursor }) =>
          webhooks.iterateDeliveryAttempts(eventType, { pageSize: 5, cursor }).next(),
      ],
    },
  },
  {
    method: 'POST',
    path: '/webhooks/{eventType}/rotate-secret',
    query: noQuery,
    status: 200,
    answer: answers.Rotated,
    ours: {
      'webhooks.rotateSecret': [
        ({ webhooks }, { eventType }) => webhooks.rotateSecret(eventType),
        ({ webhooks }, { eventType }) => webhooks.rotateSecret(eventType, { timeoutMs: 9000 }),
      ],
    },
  },
  {
    method: 'DELETE',
    path: '/webhooks/{eventType}',
    query: noQuery,
    status: 204,
    ours: {
      'webhooks.delete': [
        ({ webhooks }, { eventType }) => webhooks.delete(eventType),
        ({ webhooks }, { eventType }) => webhooks.delete(eventType, { timeoutMs: 9000 }),
      ],
    },
  },
]

const projectWebhookCalls: readonly DocumentedCall[] = [
  {
    ...webhookCalls[0]!,
    path: '/projects/{projectId}/webhooks/{eventType}',
    ours: {
      'webhooks.registerForProject': [
        ({ webhooks }, { projectId, eventType }) => webhooks.registerForProject(projectId, eventType, registration),
        ({ webhooks }, { projectId, eventType }) => webhooks.registerForProject(projectId, eventType, fullRegistration),
      ],
    },
  },
  {
    ...webhookCalls[1]!,
    path: '/projects/{projectId}/webhooks',
    ours: {
      'webhooks.listForProject': [
        ({ webhooks }, { projectId }) => webhooks.listForProject(projectId),
        ({ webhooks }, { projectId }) => webhooks.listForProject(projectId, { timeoutMs: 9000 }),
      ],
    },
  },
  {
    ...webhookCalls[2]!,
    path: '/projects/{projectId}/webhooks/{eventType}/attempts',
    ours: {
      'webhooks.listDeliveryAttemptsForProject': [
        ({ webhooks }, { projectId, eventType }) => webhooks.listDeliveryAttemptsForProject(projectId, eventType),
        ({ webhooks }, { projectId, eventType, cursor }) =>
          webhooks.listDeliveryAttemptsForProject(projectId, eventType, { pageSize: 5, cursor }),
      ],
      'webhooks.iterateDeliveryAttemptsForProject': [
        ({ webhooks }, { projectId, eventType }) =>
          webhooks.iterateDeliveryAttemptsForProject(projectId, eventType).next(),
        ({ webhooks }, { projectId, eventType, cursor }) =>
          webhooks.iterateDeliveryAttemptsForProject(projectId, eventType, { pageSize: 5, cursor }).next(),
      ],
    },
  },
  {
    ...webhookCalls[3]!,
    path: '/projects/{projectId}/webhooks/{eventType}/rotate-secret',
    ours: {
      'webhooks.rotateSecretForProject': [
        ({ webhooks }, { projectId, eventType }) => webhooks.rotateSecretForProject(projectId, eventType),
        ({ webhooks }, { projectId, eventType }) =>
          webhooks.rotateSecretForProject(projectId, eventType, { timeoutMs: 9000 }),
      ],
    },
  },
  {
    ...webhookCalls[4]!,
    path: '/projects/{projectId}/webhooks/{eventType}',
    ours: {
      'webhooks.deleteForProject': [
        ({ webhooks }, { projectId, eventType }) => webhooks.deleteForProject(projectId, eventType),
        ({ webhooks }, { projectId, eventType }) =>
          webhooks.deleteForProject(projectId, eventType, { timeoutMs: 9000 }),
      ],
    },
  },
]

const agentCalls: readonly DocumentedCall[] = [
  {
    method: 'GET',
    path: '/agents/{agentId}/notifications',
    query: z.strictObject({ status: text.optional(), user_id: text.optional(), ...limited }),
    status: 200,
    answer: answers.AgentNotifications,
    ours: {
      'notifications.list': [
        ({ notifications }, { agentId }) => notifications.list(agentId),
        // The status is free text; `delivered` occurs beside `pending` and `consumed`.
        ({ notifications }, { agentId }) =>
          notifications.list(agentId, { status: 'delivered', userId: 'user-123', limit: 10 }),
      ],
    },
  },
  {
    method: 'GET',
    path: '/agents/{agentId}/notifications/history',
    query: z.strictObject(limited),
    status: 200,
    answer: answers.AgentNotifications,
    ours: {
      'notifications.history': [
        ({ notifications }, { agentId }) => notifications.history(agentId),
        ({ notifications }, { agentId }) => notifications.history(agentId, { limit: 50 }),
      ],
    },
  },
  {
    method: 'POST',
    path: '/agents/{agentId}/notifications/{messageId}/consume',
    query: noQuery,
    status: 200,
    answer: answers.Consumed,
    ours: {
      'notifications.consume': [
        ({ notifications }, { agentId, messageId }) => notifications.consume(agentId, messageId),
        ({ notifications }, { agentId, messageId }) => notifications.consume(agentId, messageId, { timeoutMs: 9000 }),
      ],
    },
  },
  {
    method: 'GET',
    path: '/agents/{agentId}/wakeups',
    query: z.strictObject({ status: text.optional(), ...limited }),
    status: 200,
    answer: answers.Wakeups,
    ours: {
      'agents.getWakeups': [
        ({ agents }, { agentId }) => agents.getWakeups(agentId),
        ({ agents }, { agentId }) => agents.getWakeups(agentId, { status: 'pending', limit: 7 }),
      ],
    },
    sdks: [
      { sdk: 'typescript and python', query: { user_id: 'user-123', instance_id: 'instance-1' } },
      { sdk: 'go', query: { limit: '5', status: 'scheduled' } },
    ],
  },
  {
    method: 'POST',
    path: '/agents/{agentId}/wakeups',
    query: noQuery,
    body: z.strictObject({
      user_id: text,
      check_type: text,
      intent: text,
      delay_hours: z.int(),
      // RFC 3339; overrides `delay_hours`.
      scheduled_at: z.iso.datetime({ offset: true }).optional(),
      occasion: text.optional(),
      interest_topic: text.optional(),
      event_description: text.optional(),
    }),
    status: 200,
    answer: answers.Scheduled,
    ours: {
      'agents.scheduleWakeup': [
        ({ agents }, { agentId }) => agents.scheduleWakeup(agentId, { userId: 'u', delayHours: 2, intent: 'greet' }),
        ({ agents }, { agentId }) =>
          agents.scheduleWakeup(agentId, {
            userId: 'user-123',
            scheduledAt: new Date(Date.now() + 90 * 60_000),
            checkType: 'birthday',
            context: 'Check in about the job interview preparation',
            occasion: 'their 30th birthday',
            interestTopic: 'gardening',
            eventDescription: 'The party is in the evening.',
          }),
      ],
    },
    sdks: [
      {
        sdk: 'typescript, python and go',
        body: {
          user_id: 'user-123',
          check_type: 'interest_followup',
          intent: 'check_in',
          delay_hours: 24,
          scheduled_at: '2026-12-01T09:00:00Z',
          occasion: 'their 30th birthday',
          interest_topic: 'gardening',
          event_description: 'The party is in the evening.',
        },
      },
      {
        sdk: 'python, as its demo sends it',
        body: {
          user_id: 'user-123',
          check_type: 'interest_followup',
          intent: 'demo_proactive_webhook',
          delay_hours: 0,
        },
      },
    ],
  },
]

/** Every documented call that concerns webhooks, notifications and wakeups. */
export const sonzaiCalls: readonly DocumentedCall[] = [...webhookCalls, ...projectWebhookCalls, ...agentCalls]
