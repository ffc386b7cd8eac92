import { createConsumer, type ClaimedEvent, type ClaimSource, type Consumer } from '../consumer.ts'
import type { ConsumeOptions, RunEvent } from '../engine.ts'
import type { ThreadClient } from './thread-client.ts'

// Other processes may store events too, and nothing else reports that a failed store works again.
const pollMs = 1_000

/**
 * Takes the right to handle the events of the file; the first `wake` begins.
 *
 * @throws InboxError `INBOX_LOCKED` while another process has it
 */
export async function startConsumer(client: ThreadClient, run: RunEvent, options: ConsumeOptions): Promise<Consumer> {
  const { retry, order } = options
  let mayHaveLostClaims = false
  const consumer = createConsumer({ pollMs, claim, write }, run, options)
  await recover()
  return consumer

  async function claim(...[limit, isWanted]: Parameters<ClaimSource<ClaimedEvent>['claim']>) {
    try {
      if (mayHaveLostClaims) await recover()
      const { events, nextDueAt } = await client.ask('claim', { limit, order })
      if (isWanted()) return { claims: events.map((event) => ({ event })), nextDueAt }
      await Promise.all(events.map(({ key }) => client.ask('unclaim', key)))
      return { claims: [] }
    } catch (error) {
      mayHaveLostClaims = true
      throw error
    }
  }

  async function write(
    { event: { key, attempts } }: ClaimedEvent,
    { outcome, error, waitMs }: Parameters<ClaimSource<ClaimedEvent>['write']>[1],
  ) {
    await client.ask('settle', { key, attempt: attempts, outcome, error, waitMs })
    // Also where the attempt is settled already: the answer to an earlier try was lost.
    return true
  }

  // A claim whose answer was lost was carried out: its events are active, and no handler runs.
  async function recover(): Promise<void> {
    const atWork = consumer.running().map(({ event }) => event.key)
    const dead = await client.ask('work', { retry, atWork, order })
    mayHaveLostClaims = false
    consumer.reportDead(dead)
  }
}
