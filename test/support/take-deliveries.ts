// Takes one delivery of each kind, and an event of an inbox that fails; what the receivers print is for the test to read. As a
// program, its argument is the option `log`.
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReceiver, deliveryChannel } from 'sallyport'
import { createInbox, createSqliteEngine, inboxChannel } from 'sallyport/inbox'
import { sonzai } from 'sallyport/providers/sonzai'
import { recordDeliveries } from 'sallyport/record'
import { signDelivery } from 'sallyport/testing'

/** What else gets the reports. */
export type Taker = 'onReject' | 'onError' | 'deliveryChannel' | 'inboxChannel' | 'recordDeliveries'

/** Takes the deliveries, with hooks and subscribers. */
export async function takeDeliveries(takers: readonly Taker[], log?: boolean): Promise<void> {
  const secret = 'whsec_5e5e5e5e5e5e5e5e'
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-log-'))
  const engine = createSqliteEngine({ path: join(folder, 'events.db') })
  const inbox = createInbox({ engine, retry: { attempts: 2, delayMs: 1 } })
  const ended = Promise.withResolvers<void>()
  const channels = { deliveryChannel, inboxChannel }
  const ignore = (): void => {}

  const direct = createReceiver(sonzai(), { secret, log })
  const stored = createReceiver(sonzai(), { secret, inbox, log })
  for (const receiver of [direct, stored]) {
    receiver.on('on_wakeup_ready', ignore)
    receiver.on('session.end', (_event, { attempt }) => {
      // Not by inboxChannel: its subscriber would get the reports instead of the log.
      if (attempt === 2) setImmediate(ended.resolve)
      throw new Error('of the handler')
    })
  }
  const record = takers.includes('recordDeliveries') ? recordDeliveries() : undefined
  for (const taker of takers) {
    if (taker === 'recordDeliveries') continue
    if (taker === 'onReject' || taker === 'onError') for (const receiver of [direct, stored]) receiver[taker](ignore)
    else subscribe(channels[taker], ignore)
  }

  const deliver = async (receiver: typeof direct, options: object): Promise<unknown> =>
    receiver.receive({ ...signDelivery(sonzai(), { secret, type: 'on_wakeup_ready', ...options }) })
  await deliver(direct, {})
  await deliver(direct, { secret: 'whsec_0f0f0f0f' })
  await deliver(direct, { type: 'session.end' })
  await deliver(stored, { type: 'session.end' })
  // An idle inbox does not keep a process alive.
  const alive = setInterval(ignore, 1_000)
  await ended.promise
  await inbox.stop()
  clearInterval(alive)
  await rm(folder, { recursive: true })
  record?.stop()
  for (const name of Object.values(channels)) unsubscribe(name, ignore)
}

if (import.meta.main) {
  const [log] = process.argv.slice(2)
  await takeDeliveries([], log === undefined ? undefined : log === 'true')
}
