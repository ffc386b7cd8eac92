import type { Receiver } from 'sallyport'
import { pollNotifications, type NotificationPoller, type SonzaiClient } from '@sallyport/platforms'
import type { SonzaiEvents } from 'sallyport/providers/sonzai'

export function pollProject(
  client: SonzaiClient,
  receiver: Receiver<SonzaiEvents>,
  projectId: string,
): NotificationPoller {
  return pollNotifications(client, {
    projectId,
    intervalMs: 30_000,
    receiver,
    onError: (error) => console.error('polling failed:', error),
  })
}
