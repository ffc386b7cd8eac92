import type { FaultInput } from '../delivery/faults.ts'
import type { DeliveryAttempt, TriggeredDelivery } from '../delivery/delivery.ts'
import type { CompleteKeys } from '../keys.ts'
import type { Notification, ProjectNotification, Wakeup } from '../state/state.ts'
import type { SonzaiParts } from './api.ts'
import type { SonzaiNotification } from './notifications.ts'
import type { SonzaiProjectEvent } from './project-notifications.ts'
import { sonzaiEventTypes, type SonzaiWebhookOptions, type SonzaiTrigger } from './webhooks.ts'

/** A registered webhook, without its secret. */
export interface SonzaiWebhookView {
  readonly projectId: string
  readonly eventType: string
  readonly url: string
  readonly createdAt: string
  readonly updatedAt: string
}

/** The project a webhook belongs to. */
export interface SonzaiScope {
  /** @default the project of the default key */
  readonly projectId?: string | undefined
}

/** Sonzai in the sandbox, without HTTP. */
export interface SonzaiSandbox {
  /** Base URL of the management API, without `/api/v1`. */
  readonly url: string
  /** A key of the management API. */
  readonly apiKey: string
  /** The event types that have a realistic example. */
  readonly eventTypes: readonly string[]
  /**
   * Registers a webhook for an event type, or changes its URL and header.
   *
   * @returns the signing secret, the first time only
   * @throws SandboxError `VALUE_INVALID`
   */
  register(
    eventType: string,
    webhook: SonzaiWebhookOptions & SonzaiScope,
  ): { readonly signingSecret?: string | undefined }
  /** Lists the webhooks of a project. */
  list(scope?: SonzaiScope): readonly SonzaiWebhookView[]
  /** @throws SandboxError `NOT_FOUND` */
  delete(eventType: string, scope?: SonzaiScope): void
  /** Creates a new secret; the old one is invalid at once. @throws SandboxError `NOT_FOUND` */
  rotateSecret(eventType: string, scope?: SonzaiScope): { readonly signingSecret: string }
  /** Lists the delivery attempts, newest first. @throws SandboxError `NOT_FOUND` */
  attempts(eventType: string, scope?: SonzaiScope): readonly DeliveryAttempt[]
  /** Replaces the faults of one webhook. @throws SandboxError `NOT_FOUND` */
  setFaults(eventType: string, faults: readonly FaultInput[], scope?: SonzaiScope): void
  /** Triggers an event and sends it to its webhook, if there is one. */
  trigger(eventType: string, options?: SonzaiTrigger): readonly TriggeredDelivery[]
  /** Adds a notification to an agent's queue, for clients that poll. */
  notify(notification: SonzaiNotification): Readonly<Notification>
  /** Lists the notifications of an agent, oldest first. */
  notifications(
    agentId: string,
    filter?: { readonly status?: 'pending' | 'consumed' | undefined },
  ): readonly Readonly<Notification>[]
  /** Adds an event to a project's queue, for clients that poll: what `trigger` would send. */
  notifyProject(eventType: string, options?: SonzaiProjectEvent): Readonly<ProjectNotification>
  /** Lists the notifications of a project, newest first. */
  projectNotifications(scope?: SonzaiScope): readonly Readonly<ProjectNotification>[]
  /** Lists the scheduled wakeups, newest first. */
  wakeups(): readonly Readonly<Wakeup>[]
}

/** Creates `sandbox.sonzai`. */
export function toSonzaiSandbox(parts: SonzaiParts, [key]: CompleteKeys['sonzai'], url: string): SonzaiSandbox {
  const { webhooks, notifications, projectNotifications, wakeups } = parts
  const { key: apiKey, projectId: own } = key!
  return {
    url,
    apiKey,
    eventTypes: sonzaiEventTypes,
    register: (eventType, { projectId = own, ...rest }) => webhooks.register(projectId, eventType, rest),
    list: ({ projectId = own } = {}) =>
      webhooks.list(projectId).map(({ projectId: project, eventType, url: to, createdAt, updatedAt }) => {
        return { projectId: project, eventType, url: to, createdAt, updatedAt }
      }),
    delete: (eventType, { projectId = own } = {}) => webhooks.remove(projectId, eventType),
    rotateSecret: (eventType, { projectId = own } = {}) => webhooks.rotate(projectId, eventType),
    attempts: (eventType, { projectId = own } = {}) => webhooks.attempts(projectId, eventType),
    setFaults: (eventType, faults, { projectId = own } = {}) => webhooks.setFaults(projectId, eventType, faults),
    trigger: (eventType, { projectId = own, ...rest } = {}) => webhooks.trigger(projectId, eventType, rest),
    notify: (notification) => notifications.create(notification),
    notifications: (agentId, filter = {}) => notifications.list(agentId, filter),
    notifyProject: (eventType, { projectId = own, data = {} } = {}) =>
      projectNotifications.create(projectId, eventType, data),
    projectNotifications: ({ projectId = own } = {}) => projectNotifications.all(projectId),
    wakeups: () => wakeups.all(),
  }
}
