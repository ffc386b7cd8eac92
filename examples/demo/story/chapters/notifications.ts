import { setTimeout as wait } from 'node:timers/promises'
import { pollNotifications, type NotificationOutcome } from '@sallyport/platforms'
import { expectStep } from '../../step.ts'
import type { Chapter } from '../chapter.ts'
import { handledSince } from '../handled.ts'
import type { World } from '../world.ts'

const agentId = 'agent_ada'
const userId = 'user_grace'
const messages = ['Your train is late.', 'It rains in the evening.', 'You asked for this one.']
const patienceMs = 10_000

/** An agent wakes up, which is pushed and also waits to be fetched; three messages only wait. Then they are fetched. */
export async function pollForMessages(world: World): Promise<Chapter> {
  const { sandbox, sonzai, server } = world
  const before = server.handled.length
  await sonzai.agents.scheduleWakeup(agentId, { userId, scheduledAt: new Date(), intent: 'Ask how the exam went.' })
  await until(() => sandbox.sonzai.notifications(agentId).length === 1)
  await sandbox.settled()
  const pushed = await handledSince(server, before)
  for (const content of messages) sandbox.sonzai.notify({ agentId, userId, content })

  const outcomes: NotificationOutcome[] = []
  const onOutcome = (outcome: NotificationOutcome): void => void outcomes.push(outcome)
  const poller = pollNotifications(sonzai, { agentId, userId, receiver: server.sonzai, intervalMs: 50, onOutcome })
  await until(() => outcomes.length > messages.length)
  await poller.stop()
  const fetched = await handledSince(server, before + pushed.length)
  const shown = fetched.map(({ data }) => (data as { content?: unknown }).content)
  const counts = (outcome: string): string => String(outcomes.filter((one) => one.outcome === outcome).length)
  const { items } = await sonzai.notifications.list(agentId, { status: 'pending' })

  return {
    title: 'Notifications: what is pushed and what is fetched, through the same handlers',
    steps: [
      expectStep(
        'an agent wakes up: pushed',
        pushed.map(({ type }) => type).join(', '),
        'on_wakeup_ready, agent.wakeup',
      ),
      expectStep('the same wakeup, fetched: known', counts('duplicate'), '1'),
      expectStep('fetched alone: kept', counts('accepted'), String(messages.length)),
      expectStep('handled, in their order', shown.join(' '), messages.join(' ')),
      expectStep('left at the platform', String(items.length), '0'),
    ],
  }
}

async function until(isSo: () => boolean): Promise<void> {
  for (const end = performance.now() + patienceMs; !isSo(); await wait(10)) {
    if (performance.now() > end) throw new Error('a notification did not come')
  }
}
