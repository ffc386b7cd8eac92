import { createConsumer, type ClaimedEvent, type ClaimSource, type Consumer } from '../consumer.ts'
import type { ConsumeOptions, RunEvent } from '../engine.ts'
import { InboxError } from '../inbox-error.ts'
import type { Claimed } from './claim.ts'
import type { ThreadClient } from './thread-client.ts'

// Other processes may store events too, and nothing else reports that a failed store works again.
const pollMs = 1_000

/**
 * Takes the right to handle the events of the file; the first `wake` begins.
 *
 * @throws InboxError `INBOX_LOCKED` while another process has it
 */
export async function startConsumer(
  client: ThreadClient,
  run: RunEvent,
  options: ConsumeOptions,
  report: (error: unknown) => void,
): Promise<Consumer> {
  const { retry, order, onNoReceiver = () => {} } = options
  let mayHaveLostClaims = false
  const consumer = createConsumer({ pollMs, claimsEarly: true, claim, write, report }, run, options)
  await recover()
  return consumer

  async function claim(...[limit, isWanted]: Parameters<ClaimSource<ClaimedEvent>['claim']>) {
    try {
      if (mayHaveLostClaims) await recover()
      const { events, nextDueAt, left } = await askForClaims(limit)
      for (const provider of left) onNoReceiver(provider)
      // The thread answers all requests of a transaction at once. Senders get their 202 before a handler may block.
      await new Promise((resolve) => setImmediate(resolve))
      if (isWanted()) return { claims: events.map((event) => ({ event })), nextDueAt }
      await Promise.all(events.map(({ key, attempts: attempt }) => client.ask('unclaim', { key, attempt })))
      return { claims: [] }
    } catch (error) {
      mayHaveLostClaims = true
      throw error
    }
  }

  async function askForClaims(limit: number): Promise<Claimed> {
    const how = { limit, order, providers: options.providers?.() }
    try {
      return await client.ask('claim', how)
    } catch (error) {
      if (!InboxError.is(error) || error.code !== 'INBOX_LOCKED') throw error
      // A thread that was started again has no right yet. Where another process has it by now, this fails too.
      await recover()
      return client.ask('claim', how)
    }
  }

  async function write(
    { event: { key, attempts } }: ClaimedEvent,
    outcome: Parameters<ClaimSource<ClaimedEvent>['write']>[1],
  ) {
    const { thrown: _thrown, ...settled } = outcome
    await client.ask('settle', { key, attempt: attempts, ...settled })
    // Also where the attempt is settled already: the answer to an earlier try was lost.
    return true
  }

  // A claim whose answer was lost was carried out: its events are active, and no handler runs.
  async function recover(): Promise<void> {
    const atWork = consumer.running().map(({ event: { key, attempts: attempt } }) => ({ key, attempt }))
    const dead = await client.ask('work', { retry, atWork, order })
    if (dead === undefined)
      throw new InboxError(
        'INBOX_LOCKED',
        'another process works on it, and the lock file it had was removed or replaced',
      )
    mayHaveLostClaims = false
    consumer.reportDead(dead)
  }
}
