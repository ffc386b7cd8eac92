import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReceiver } from 'sallyport'
import { createInbox, createSqliteEngine, type Worker, type Inbox } from 'sallyport/inbox'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { expect, vi } from 'vitest'
import { secrets } from './environment.ts'

const secret = secrets.SONZAI_WEBHOOK_SECRET

/** Keeps one event in a file that is removed afterwards. */
async function withKept(use: (path: string, inbox: Inbox) => Promise<void>): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'sallyport-docs-inbox-'))
  const path = join(home, 'events.db')
  const inbox = createInbox({ engine: createSqliteEngine({ path }), work: 'elsewhere', keepSecretHeaders: true })
  try {
    const receiver = createReceiver(sonzai(), { secret, inbox })
    await receiver.receive(signDelivery(sonzai(), { secret, type: 'on_wakeup_ready' }))
    await use(path, inbox)
  } finally {
    await inbox.stop()
    rmSync(home, { recursive: true })
  }
}

/** A worker of the document handles what another inbox over the file keeps. */
export async function handlesElsewhere({ work }: Record<string, unknown>): Promise<void> {
  await withKept(async (path, inbox) => {
    const worker = (work as (path: string) => Worker)(path)
    await worker.ready()
    await vi.waitUntil(async () => (await inbox.stats()).counts.done === 1, 20_000)
    await worker.stop()
  })
}

/** A dead letter that fits its schema is replayed. */
export async function replaysWhatFits({ replayWhatFits }: Record<string, unknown>): Promise<void> {
  await withKept(async (path, inbox) => {
    const fail = (): Promise<never> => Promise.reject(Object.assign(new Error('no'), { isPermanent: true }))
    const consumer = createSqliteEngine({ path })
    await consumer.start()
    const retry = { attempts: 1, delayMs: 0, factor: 1, maxDelayMs: 0, jitter: 0 }
    await consumer.consume(fail, { concurrency: 1, retry, order: 'none', onOutcome: () => {} })
    await vi.waitUntil(async () => (await inbox.stats()).counts.dead === 1, 20_000)
    await consumer.stop({ drainMs: 1_000 })
    await (replayWhatFits as (path: string) => Promise<void>)(path)
    expect((await inbox.stats()).counts).toMatchObject({ dead: 0, pending: 1 })
  })
}
