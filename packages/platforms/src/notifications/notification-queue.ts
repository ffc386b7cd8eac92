import type { EventMap, Provider } from 'sallyport'
import type { UnreadableItem } from '../http/list-answer.ts'
import { PlatformError } from '../platform-error.ts'
import type { SonzaiClient } from '../sonzai/client.ts'
import type { AgentPollOptions, AnyPollOptions, ProjectPollOptions } from './poll-options.ts'
import { invalid } from './poll-options.ts'
import { toPulledBody } from './to-pulled-body.ts'
import { toPushedBody } from './to-body.ts'

type Body = Readonly<Record<string, unknown>>

/** A pending notification of either kind. */
export interface QueuedNotification {
  readonly id: string
  /** Returns the event that would have been pushed. May throw: `toBody` is the user's. */
  readonly toBody: () => Body
}

/** Where notifications are listed and consumed; all that differs between agents and projects. */
export interface NotificationQueue {
  /** Name of the feed. */
  readonly feed: string
  /** Most notifications that the platform lists at once. */
  readonly mostAtOnce: number
  /** A body like those of this queue, with ids, to check that the receiver reads them. */
  readonly probe: () => Body
  list(
    limit: number,
    signal: AbortSignal,
  ): Promise<{ readonly items: readonly QueuedNotification[]; readonly unreadable: readonly UnreadableItem[] }>
  /** @throws PlatformError unless it is consumed, by this call or by another */
  consume(id: string): Promise<void>
}

/** Chooses the queue that the options name. @throws PlatformError `PLATFORM_OPTION_INVALID` */
export function toQueue<Events extends EventMap>(
  client: SonzaiClient,
  options: AnyPollOptions<Events>,
): NotificationQueue {
  const isDeclared = (type: string): boolean => Object.hasOwn((options.receiver.provider as Provider).events, type)
  if ('projectId' in options) {
    if (!options.projectId) throw invalid('projectId is empty or undefined')
    return toProjectQueue(client, options)
  }
  if (!options.agentId) throw invalid('agentId or projectId is required')
  return toAgentQueue(client, options, isDeclared)
}

function toAgentQueue<Events extends EventMap>(
  { notifications }: SonzaiClient,
  { agentId, userId, toBody }: AgentPollOptions<Events>,
  isDeclared: (type: string) => boolean,
): NotificationQueue {
  const convert = toBody ?? ((notification) => toPushedBody(notification, isDeclared))
  return {
    feed: 'sonzai-notifications',
    mostAtOnce: 500,
    probe: () => convert({ id: 'probe', type: 'wakeup', wakeup_id: 'probe', content: '' }),
    async list(limit, signal) {
      const { items, unreadable } = await notifications.list(agentId, { status: 'pending', userId, limit }, { signal })
      return { items: items.map((item) => ({ id: item.id, toBody: () => convert(item) })), unreadable }
    },
    consume: (id) => unlessGone(() => notifications.consume(agentId, id)),
  }
}

function toProjectQueue<Events extends EventMap>(
  { projectNotifications }: SonzaiClient,
  { projectId, agentId, eventType, toBody = toPulledBody }: ProjectPollOptions<Events>,
): NotificationQueue {
  return {
    feed: 'sonzai-project-notifications',
    mostAtOnce: 200,
    probe: () => {
      const payload = { wakeup: { wakeup_id: 'probe' }, message_id: 'probe' }
      return toBody({ notification_id: 'probe', event_type: eventType ?? 'on_wakeup_ready', payload })
    },
    async list(limit, signal) {
      const options = { agentId, eventType, limit }
      const { notifications, unreadable } = await projectNotifications.list(projectId, options, { signal })
      return {
        items: notifications.map((item) => ({ id: item.notification_id, toBody: () => toBody(item) })),
        unreadable,
      }
    },
    consume: (id) =>
      unlessGone(async () => void (await projectNotifications.acknowledge(projectId, { notificationIds: [id] }))),
  }
}

/** Another poller, or a try whose answer was lost, may have consumed it already. */
async function unlessGone(consume: () => Promise<void>): Promise<void> {
  try {
    await consume()
  } catch (error) {
    const isGone = PlatformError.is(error) && ['PLATFORM_NOT_FOUND', 'PLATFORM_CONFLICT'].includes(error.code)
    if (!isGone) throw error
  }
}
