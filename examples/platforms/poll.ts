import type { Receiver } from 'sallyport'
import { pollNotifications, type NotificationPoller, type SonzaiClient } from '@sallyport/platforms'
import type { SonzaiEvents } from 'sallyport/providers/sonzai'

export function poll(client: SonzaiClient, receiver: Receiver<SonzaiEvents>): NotificationPoller {
  const poller = pollNotifications(client, { agentId: 'agent_luna', userId: 'user-123', intervalMs: 30_000, receiver })
  process.once('SIGTERM', () => void poller.stop())
  return poller
}
