import * as z from 'zod'
import { noQuery, wholeUpTo, type DocumentedCall } from './documented-call.ts'
import * as answers from './sonzai-answers.ts'

const text = z.string()

const registration = { webhookUrl: 'https://example.com/hook' }
const fullRegistration = { ...registration, authHeader: 'Bearer mine' }

/** Webhooks of the tenant's project. */
export const webhookCalls: readonly DocumentedCall[] = [
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
    query: z.strictObject({ page_size: wholeUpTo(500), cursor: text.optional() }),
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

/** The same of a project named in the path. */
export const projectWebhookCalls: readonly DocumentedCall[] = [
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
