import type { Clock } from '../clock.ts'
import { createId } from '../identifiers.ts'
import type { ProjectNotification } from '../state/state.ts'
import type { Store } from '../state/store.ts'
import { createExample } from './example.ts'

/** An event for a project's queue, which clients fetch instead of receiving it. */
export interface SonzaiProjectEvent {
  /** The project of the event. @default the project of the default key */
  readonly projectId?: string | undefined
  /** Fields of the body except `event_type`; they override those of a realistic example. */
  readonly data?: Readonly<Record<string, unknown>> | undefined
}

/** Selects notifications of a project. */
export interface ProjectNotificationFilter {
  readonly agentId?: string | undefined
  readonly eventType?: string | undefined
}

/** Events of projects, for clients that poll: the pull form of webhooks. */
export interface SonzaiProjectNotifications {
  create(projectId: string, eventType: string, data: Readonly<Record<string, unknown>>): ProjectNotification
  /** The pending ones, oldest first. */
  pending(projectId: string, filter: ProjectNotificationFilter): readonly ProjectNotification[]
  /** Of every status, newest first. */
  all(projectId: string): readonly ProjectNotification[]
  /** Acknowledges those of the ids that are pending, and returns their number. */
  acknowledge(projectId: string, ids: readonly string[]): number
  /** Acknowledges the pending ones that every filter selects, and returns their number. */
  acknowledgeAll(projectId: string, ...filters: readonly ProjectNotificationFilter[]): number
}

const mostKept = 1000

/** Creates the queues of the projects. */
export function createSonzaiProjectNotifications(store: Store, clock: Clock): SonzaiProjectNotifications {
  const { projectNotifications } = store.state.sonzai
  const isoNow = (): string => new Date(clock.now()).toISOString()
  const select = (projectId: string, filter: ProjectNotificationFilter): ProjectNotification[] =>
    projectNotifications.filter(
      (one) => one.projectId === projectId && one.status === 'pending' && isSelected(one, filter),
    )

  function acknowledge(selected: readonly ProjectNotification[]): number {
    for (const one of selected) Object.assign(one, { status: 'acknowledged', acknowledgedAt: isoNow() })
    if (selected.length > 0) store.changed()
    return selected.length
  }

  return {
    create(projectId, eventType, data) {
      const payload = { ...createExample(eventType, clock.now()), ...data, event_type: eventType }
      const created: ProjectNotification = {
        id: createId('pnt'),
        projectId,
        eventType,
        payload,
        agentId: textOf(payload, 'agent_id'),
        userId: textOf(payload, 'user_id'),
        status: 'pending',
        createdAt: isoNow(),
      }
      projectNotifications.push(created)
      if (projectNotifications.length > mostKept) projectNotifications.shift()
      store.changed()
      return created
    },
    pending: select,
    all: (projectId) => projectNotifications.filter((one) => one.projectId === projectId).toReversed(),
    acknowledge: (projectId, ids) => acknowledge(select(projectId, {}).filter(({ id }) => ids.includes(id))),
    acknowledgeAll: (projectId, ...filters) =>
      acknowledge(select(projectId, {}).filter((one) => filters.every((filter) => isSelected(one, filter)))),
  }
}

function isSelected(one: ProjectNotification, { agentId, eventType }: ProjectNotificationFilter): boolean {
  return (agentId === undefined || one.agentId === agentId) && (eventType === undefined || one.eventType === eventType)
}

function textOf(payload: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = payload[name]
  return typeof value === 'string' ? value : undefined
}
