import type { CallOptions } from '../http/options.ts'
import type { Transport } from '../http/transport.ts'
import { SonzaiAnswer, SonzaiNotificationList, type SonzaiNotification } from './schemas.ts'

/** Which notifications. */
export interface NotificationsOptions {
  /** As `pending`. @default the platform's */
  readonly status?: string | undefined
  readonly userId?: string | undefined
  /** Most items. @default the platform's */
  readonly limit?: number | undefined
}

/** Proactive messages of an agent that wait to be fetched. */
export interface SonzaiNotifications {
  list(
    agentId: string,
    options?: NotificationsOptions,
    call?: CallOptions,
  ): Promise<{ readonly items: readonly SonzaiNotification[] }>
  /**
   * Marks a notification as processed. Made twice it has the same effect, so it is tried again like a GET, although it is
   * a POST; a platform that answers 404 or 409 to the second time has consumed it the first time.
   */
  consume(agentId: string, notificationId: string, call?: CallOptions): Promise<void>
  history(
    agentId: string,
    options?: Omit<NotificationsOptions, 'status'>,
    call?: CallOptions,
  ): Promise<{ readonly items: readonly SonzaiNotification[] }>
}

/** The calls around notifications. */
export function createNotifications(transport: Transport): SonzaiNotifications {
  return {
    list: (agentId, { status, userId, limit } = {}, call) =>
      transport(
        {
          operation: 'notifications.list',
          method: 'GET',
          path: ['agents', agentId, 'notifications'],
          query: { status, user_id: userId, limit },
          answer: SonzaiNotificationList,
        },
        call,
      ),
    async consume(agentId, notificationId, call) {
      const path = ['agents', agentId, 'notifications', notificationId, 'consume']
      await transport(
        { operation: 'notifications.consume', method: 'POST', path, isRepeatable: true, answer: SonzaiAnswer },
        call,
      )
    },
    history: (agentId, { userId, limit } = {}, call) =>
      transport(
        {
          operation: 'notifications.history',
          method: 'GET',
          path: ['agents', agentId, 'notifications', 'history'],
          query: { user_id: userId, limit },
          answer: SonzaiNotificationList,
        },
        call,
      ),
  }
}
