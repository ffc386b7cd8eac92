import * as z from 'zod'
import { noQuery, wholeUpTo, type DocumentedCall } from './documented-call.ts'
import * as answers from './sonzai-answers.ts'

const text = z.string()

/** Notifications and wakeups of an agent. */
export const agentCalls: readonly DocumentedCall[] = [
  {
    method: 'GET',
    path: '/agents/{agentId}/notifications',
    query: z.strictObject({ status: text.optional(), user_id: text.optional(), limit: wholeUpTo(500) }),
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
    query: z.strictObject({ limit: wholeUpTo(500) }),
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
    query: z.strictObject({ status: text.optional(), limit: wholeUpTo(500) }),
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
