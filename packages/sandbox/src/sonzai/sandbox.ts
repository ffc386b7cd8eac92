import type { FaultInput } from '../delivery/faults.ts'
import type { DeliveryAttempt, TriggeredDelivery } from '../delivery/delivery.ts'
import type { CompleteKeys } from '../keys.ts'
import type { Notification, Wakeup } from '../state/state.ts'
import type { SonzaiParts } from './api.ts'
import type { SonzaiNotification } from './notifications.ts'
import { sonzaiEventTypes, type SonzaiRegistration, type SonzaiTrigger } from './webhooks.ts'

/** A registration; its secret is not shown again. */
export interface SonzaiWebhookView {
  readonly projectId: string
  readonly eventType: string
  readonly url: string
  readonly createdAt: string
  readonly updatedAt: string
}

/** Which registration is meant, where it is not one of the default project. */
export interface SonzaiScope {
  /** @default the project of the default key */
  readonly projectId?: string
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
   * Registers a URL for an event type, or changes it.
   *
   * @returns the signing secret, on the first registration only
   * @throws SandboxError `VALUE_INVALID`
   */
  register(eventType: string, registration: SonzaiRegistration & SonzaiScope): { readonly signingSecret?: string }
  /** The registrations of a project. */
  list(scope?: SonzaiScope): readonly SonzaiWebhookView[]
  /** @throws SandboxError `NOT_FOUND` */
  delete(eventType: string, scope?: SonzaiScope): void
  /** Makes a new secret; the old one is invalid at once. @throws SandboxError `NOT_FOUND` */
  rotateSecret(eventType: string, scope?: SonzaiScope): { readonly signingSecret: string }
  /** What was sent, newest first. @throws SandboxError `NOT_FOUND` */
  attempts(eventType: string, scope?: SonzaiScope): readonly DeliveryAttempt[]
  /** Faults of one registration, in place of those it had. @throws SandboxError `NOT_FOUND` */
  setFaults(eventType: string, faults: readonly FaultInput[], scope?: SonzaiScope): void
  /** Lets an event happen. It is sent to its registration; without one nothing is sent. */
  trigger(eventType: string, options?: SonzaiTrigger): readonly TriggeredDelivery[]
  /** Puts a notification into the queue of an agent, for those who poll. */
  notify(notification: SonzaiNotification): Readonly<Notification>
  /** The notifications of an agent, oldest first. */
  notifications(
    agentId: string,
    filter?: { readonly status?: 'pending' | 'consumed' },
  ): readonly Readonly<Notification>[]
  /** The scheduled wakeups, newest first. */
  wakeups(): readonly Readonly<Wakeup>[]
}

/** Makes what programs see of Sonzai. */
export function toSonzaiSandbox(parts: SonzaiParts, [key]: CompleteKeys['sonzai'], url: string): SonzaiSandbox {
  const { webhooks, notifications, wakeups } = parts
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
    wakeups: () => wakeups.all(),
  }
}
