import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReceiver, type Receiver, type ReceiverOptions } from 'sallyport'
import type { EventsOf } from 'sallyport/provider'
import {
  createInbox,
  createSqliteEngine,
  type EventState,
  type InboxOptions,
  type Inbox,
  type SqliteEngineOptions,
} from 'sallyport/inbox'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { signDelivery, type SignedDelivery, type SignOptions } from 'sallyport/testing'
import { afterAll, afterEach, vi } from 'vitest'
import { z } from 'zod'

export const secret = 'whsec_c2FsbHlwb3J0LWluYm94LXRlc3Rz'
const events = { 'order.paid': z.object({ amount: z.number() }), 'order.sent': z.looseObject({}) }
export type Events = EventsOf<typeof events>
export const provider = standardWebhooks({ events })

export const sign = (options: Partial<SignOptions> = {}): SignedDelivery =>
  signDelivery(provider, { secret, body: { type: 'order.paid', data: { amount: 5 } }, ...options })

/** Retries at once. */
export const fastRetry = { attempts: 3, delayMs: 0, maxDelayMs: 0, jitter: 0 } as const

/** Inboxes in separate files, stopped and removed after each test. */
export function useInboxes() {
  const home = mkdtempSync(join(tmpdir(), 'sallyport-receiver-'))
  afterAll(() => rmSync(home, { recursive: true }))
  let open: Inbox[] = []
  afterEach(async () => {
    await Promise.all(open.map((inbox) => inbox.stop({ drainMs: 0 })))
    open = []
  })

  return {
    makePath: (): string => join(mkdtempSync(join(home, 'place-')), 'events.db'),
    openInbox(path: string, options: Partial<InboxOptions> = {}, engine: Partial<SqliteEngineOptions> = {}): Inbox {
      const inbox = createInbox({ engine: createSqliteEngine({ path, ...engine }), retry: fastRetry, ...options })
      open.push(inbox)
      return inbox
    },
  }
}

/** A receiver that prints no errors. */
export function createQuietReceiver(inbox: Inbox | string, options: Partial<ReceiverOptions> = {}): Receiver<Events> {
  return createReceiver(provider, { secret, inbox, ...options }).onError(() => {})
}

/** Resolves once this many events are in a state. */
export async function untilCount(inbox: Inbox, state: EventState, count: number): Promise<void> {
  await vi.waitUntil(async () => (await inbox.stats()).counts[state] === count, { timeout: 20_000, interval: 10 })
}
