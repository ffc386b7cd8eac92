import type { Clock } from '../clock.ts'
import { SandboxError } from '../error.ts'
import { createId } from '../identifiers.ts'
import type { Notification } from '../state/state.ts'
import type { Store } from '../state/store.ts'

/** A notification to add. */
export interface SonzaiNotification {
  readonly agentId: string
  readonly userId: string
  /** Its cause. @default 'wakeup' */
  readonly type?: string | undefined
  /** The check type of the wakeup that caused it. @default its type */
  readonly checkType?: string | undefined
  /** The agent's message. */
  readonly content: string
  readonly wakeupId?: string | undefined
  readonly intent?: string | undefined
}

/** Selects notifications. */
export interface NotificationFilter {
  /** Any text; without it, every status. */
  readonly status?: string | undefined
  readonly userId?: string | undefined
  readonly limit?: number | undefined
}

/** Messages of agents, for clients that poll. */
export interface SonzaiNotifications {
  create(notification: SonzaiNotification): Notification
  /** Oldest first. */
  list(agentId: string, filter: NotificationFilter): readonly Notification[]
  /** All notifications, newest first. */
  history(agentId: string, filter: Pick<NotificationFilter, 'limit'>): readonly Notification[]
  /** Marks a notification as consumed (idempotent). */
  consume(agentId: string, id: string): void
  /** The notifications of all agents, newest first. */
  all(): readonly Notification[]
}

const mostKept = 1000

/** Creates the notification queues. */
export function createSonzaiNotifications(store: Store, clock: Clock): SonzaiNotifications {
  const { notifications } = store.state.sonzai
  const isoNow = (): string => new Date(clock.now()).toISOString()

  function select(agentId: string, { status, userId }: NotificationFilter): Notification[] {
    return notifications.filter(
      (one) =>
        one.agentId === agentId &&
        (status === undefined || one.status === status) &&
        (userId === undefined || one.userId === userId),
    )
  }

  return {
    create({ type = 'wakeup', ...rest }) {
      const created: Notification = { id: createId('ntf'), ...rest, type, status: 'pending', createdAt: isoNow() }
      notifications.push(created)
      if (notifications.length > mostKept) notifications.shift()
      store.changed()
      return created
    },
    list: (agentId, filter) => select(agentId, filter).slice(0, filter.limit),
    history: (agentId, filter) => select(agentId, {}).toReversed().slice(0, filter.limit),
    consume(agentId, id) {
      const found = notifications.find((one) => one.agentId === agentId && one.id === id)
      if (found === undefined) throw new SandboxError('NOT_FOUND', `agent ${agentId} has no notification ${id}`)
      if (found.status === 'consumed') return
      Object.assign(found, { status: 'consumed', consumedAt: isoNow() })
      store.changed()
    },
    all: () => notifications.toReversed(),
  }
}
