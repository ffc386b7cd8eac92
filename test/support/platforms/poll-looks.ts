import { pollNotifications, type NotificationOutcome, type AgentPollOptions } from '@sallyport/platforms'
import type { ProjectPollOptions } from '@sallyport/platforms'
import type { SonzaiEvents } from 'sallyport/providers/sonzai'
import { sonzaiAt } from './clients.ts'

/** What a poller of a given number of looks did; time is data. */
export interface Polled {
  readonly outcomes: NotificationOutcome[]
  readonly errors: unknown[]
  readonly waits: number[]
}

/** Polls until the poller has waited a number of times; no wait takes time. */
export async function pollLooks(
  url: string,
  looks: number,
  options: AgentPollOptions<SonzaiEvents> | ProjectPollOptions<SonzaiEvents>,
): Promise<Polled> {
  const polled: Polled = { outcomes: [], errors: [], waits: [] }
  const poller = pollNotifications(sonzaiAt(url, { retry: { attempts: 1 } }), {
    intervalMs: 10_000,
    random: () => 0.5,
    onOutcome: (outcome) => polled.outcomes.push(outcome),
    onError: (error) => polled.errors.push(error),
    async wait(ms) {
      polled.waits.push(ms)
      if (polled.waits.length === looks) void poller.stop()
    },
    ...options,
  })
  await poller.done
  return polled
}
