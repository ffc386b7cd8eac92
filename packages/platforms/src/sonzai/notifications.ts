import type { CallOptions } from '../http/options.ts'
import type { Transport } from '../http/transport.ts'
import type { ReadList } from '../http/list-answer.ts'
import { SonzaiAnswer, SonzaiNotificationList, type SonzaiNotification } from './schemas.ts'

/** Selects notifications. */
export interface NotificationsOptions {
  /** Free text, such as `pending`, `delivered` or `consumed`. @default the platform's, the pending ones */
  readonly status?: string | undefined
  readonly userId?: string | undefined
  /** Most items in the answer, 1 to 500. @default the platform's, 50 */
  readonly limit?: number | undefined
}

/** Messages of an agent that clients fetch. */
export interface SonzaiNotifications {
  list(agentId: string, options?: NotificationsOptions, call?: CallOptions): Promise<ReadList<SonzaiNotification>>
  /**
   * Marks a notification as processed. This POST is idempotent, so it is retried; a 404 or 409 on a retry means that the first
   * try consumed it.
   */
  consume(agentId: string, notificationId: string, call?: CallOptions): Promise<void>
  /** Lists the notifications of every status and of all users. */
  history(
    agentId: string,
    options?: Pick<NotificationsOptions, 'limit'>,
    call?: CallOptions,
  ): Promise<ReadList<SonzaiNotification>>
}

/** Creates the calls about notifications. */
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
    history: (agentId, { limit } = {}, call) =>
      transport(
        {
          operation: 'notifications.history',
          method: 'GET',
          path: ['agents', agentId, 'notifications', 'history'],
          query: { limit },
          answer: SonzaiNotificationList,
        },
        call,
      ),
  }
}
