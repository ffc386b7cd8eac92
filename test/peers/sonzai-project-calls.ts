import * as z from 'zod'
import { noQuery, wholeUpTo, type DocumentedCall } from './documented-call.ts'
import * as answers from './sonzai-answers.ts'

const text = z.string()
const filter = { agent_id: text.optional(), event_type: text.optional() }

/** Notifications of a project: the pull form of webhooks. */
export const projectNotificationCalls: readonly DocumentedCall[] = [
  {
    method: 'GET',
    path: '/projects/{projectId}/notifications',
    query: z.strictObject({ ...filter, limit: wholeUpTo(200) }),
    status: 200,
    answer: answers.ProjectNotifications,
    ours: {
      'projectNotifications.list': [
        ({ projectNotifications }, { projectId }) => projectNotifications.list(projectId),
        ({ projectNotifications }, { projectId, agentId, eventType }) =>
          projectNotifications.list(projectId, { agentId, eventType, limit: 20 }),
      ],
    },
  },
  {
    method: 'POST',
    path: '/projects/{projectId}/notifications/acknowledge',
    query: noQuery,
    body: z.strictObject({ notification_ids: z.array(text).nullable() }),
    status: 200,
    answer: answers.Acknowledged,
    ours: {
      'projectNotifications.acknowledge': [
        ({ projectNotifications }, { projectId }) =>
          projectNotifications.acknowledge(projectId, { notificationIds: [] }),
        ({ projectNotifications }, { projectId }) =>
          projectNotifications.acknowledge(projectId, { notificationIds: ['n_1', 'n_2'] }),
      ],
    },
  },
  {
    method: 'POST',
    path: '/projects/{projectId}/notifications/acknowledge-all',
    query: z.strictObject(filter),
    status: 200,
    answer: answers.Acknowledged,
    ours: {
      'projectNotifications.acknowledgeAll': [
        ({ projectNotifications }, { projectId }) => projectNotifications.acknowledgeAll(projectId),
        ({ projectNotifications }, { projectId, agentId, eventType }) =>
          projectNotifications.acknowledgeAll(projectId, { agentId, eventType }),
      ],
    },
    // The document has no body; these send one, and sonzai-go puts its filter there.
    sdks: [
      { sdk: 'typescript', query: { agent_id: 'luna' }, body: {} },
      { sdk: 'go', body: { agent_id: 'luna', event_type: 'agent.message' } },
    ],
  },
]
