import * as z from 'zod'
import { readList, type UnreadableItem } from '../http/list-answer.ts'
import type { CallOptions } from '../http/options.ts'
import type { Transport } from '../http/transport.ts'

// As in the OpenAPI document of sonzai-typescript f70e5c2, read on 29 November 2026.
const text = z.string().nullish()

/** An event that waits to be fetched, as a webhook would bring it: `payload` is what is pushed. Unknown fields are kept. */
export const SonzaiProjectNotification = z.looseObject({
  notification_id: z.string().min(1),
  event_type: z.string().min(1),
  payload: z.unknown().optional(),
  project_id: text,
  agent_id: text,
  user_id: text,
  status: text,
  created_at: text,
  expires_at: text,
  acknowledged_at: text,
})

export type SonzaiProjectNotification = z.output<typeof SonzaiProjectNotification>

const ids = ['notification_id', 'project_id', 'agent_id', 'user_id']

const ProjectNotificationList = z.custom<object>().transform((answer, context) => {
  const { items: notifications, unreadable } = readList(
    answer,
    'notifications',
    SonzaiProjectNotification,
    ids,
    context,
  )
  return { ...answer, notifications, unreadable }
})

const Acknowledged = z.looseObject({ acknowledged: z.number().nullish() })

/** Selects notifications of a project. */
export interface ProjectNotificationsFilter {
  /** Only those of one agent. @default all agents */
  readonly agentId?: string | undefined
  /** Only those of one event type. @default all types */
  readonly eventType?: string | undefined
}

/** Selects notifications of a project to list. */
export interface ProjectNotificationsOptions extends ProjectNotificationsFilter {
  /** Most notifications in the answer, 1 to 200. @default the platform's, 50 */
  readonly limit?: number | undefined
}

/** Notifications of a project: the events that webhooks bring, for clients that fetch them. */
export interface SonzaiProjectNotifications {
  /** Lists the pending ones. */
  list(
    projectId: string,
    options?: ProjectNotificationsOptions,
    call?: CallOptions,
  ): Promise<{
    readonly notifications: readonly SonzaiProjectNotification[]
    readonly unreadable: readonly UnreadableItem[]
  }>
  /** Marks notifications as processed. This POST is idempotent, so it is retried. */
  acknowledge(
    projectId: string,
    options: { readonly notificationIds: readonly string[] },
    call?: CallOptions,
  ): Promise<{ readonly acknowledged?: number | null | undefined }>
  /** Marks all pending ones as processed. Never retried: a second call would take those that arrived since the first. */
  acknowledgeAll(
    projectId: string,
    options?: ProjectNotificationsFilter,
    call?: CallOptions,
  ): Promise<{ readonly acknowledged?: number | null | undefined }>
}

/** Creates the calls about notifications of a project. */
export function createProjectNotifications(transport: Transport): SonzaiProjectNotifications {
  const pathOf = (projectId: string): string[] => ['projects', projectId, 'notifications']
  return {
    list: (projectId, { agentId, eventType, limit } = {}, call) =>
      transport(
        {
          operation: 'projectNotifications.list',
          method: 'GET',
          path: pathOf(projectId),
          query: { agent_id: agentId, event_type: eventType, limit },
          answer: ProjectNotificationList,
        },
        call,
      ),
    acknowledge: (projectId, { notificationIds }, call) =>
      transport(
        {
          operation: 'projectNotifications.acknowledge',
          method: 'POST',
          path: [...pathOf(projectId), 'acknowledge'],
          body: { notification_ids: notificationIds },
          isRepeatable: true,
          answer: Acknowledged,
        },
        call,
      ),
    acknowledgeAll: (projectId, { agentId, eventType } = {}, call) =>
      transport(
        {
          operation: 'projectNotifications.acknowledgeAll',
          method: 'POST',
          path: [...pathOf(projectId), 'acknowledge-all'],
          query: { agent_id: agentId, event_type: eventType },
          answer: Acknowledged,
        },
        call,
      ),
  }
}
