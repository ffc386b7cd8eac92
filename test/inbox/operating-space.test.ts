import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type InboxEvent } from 'sallyport'
import { createSqliteEngine, toRetryPolicy, type Engine } from 'sallyport/inbox'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { toEvent } from '../support/crash/accept-many.ts'

const home = mkdtempSync(join(tmpdir(), 'sallyport-space-'))
afterAll(() => rmSync(home, { recursive: true }))

const megabyte = 1024 * 1024
const large = (number: number, bytes = 200_000): InboxEvent => ({ ...toEvent(number), body: Buffer.alloc(bytes, 'x') })

async function consume(engine: Engine): Promise<void> {
  await engine.consume(async () => {}, {
    concurrency: 10,
    retry: toRetryPolicy({}),
    order: 'none',
    onOutcome: () => {},
  })
}

const sizeOf = (path: string): number => statSync(path).size + statSync(`${path}-wal`).size

describe('the size of the store', () => {
  it('stays bounded: retention frees space in a full store', async () => {
    const path = join(home, 'bounded.db')
    const maxBytes = 12 * megabyte
    const engine = createSqliteEngine({ path, maxBytes, retentionMs: 1 })
    await engine.start()
    await consume(engine)
    let number = 0
    let refused = 0
    let largest = 0
    // Several times what it can hold.
    while (number < 200) {
      const answer = await engine.insert([large(number)]).catch((error: { code: string }) => error.code)
      largest = Math.max(largest, sizeOf(path))
      if (answer === 'INBOX_FULL') refused++
      else number++
      if (answer === 'INBOX_FULL') await vi.waitUntil(async () => (await engine.stats()).counts.pending === 0, 20_000)
    }
    expect(refused).toBeGreaterThan(0)
    // The file, and a log that is as long as what was written between two checkpoints.
    expect(largest).toBeLessThan(2 * maxBytes)
    await engine.stop({ drainMs: 5_000 })

    const again = createSqliteEngine({ path, maxBytes, retentionMs: 1 })
    await again.start()
    await vi.waitUntil(async () => (await again.stats()).counts.done === 0, 20_000)
    await vi.waitUntil(async () => (await again.stats()).bytes! < 10 * megabyte, 20_000)
    await again.stop({ drainMs: 0 })
    expect(statSync(path).size).toBeLessThan(5 * megabyte)
  })

  it('includes the log', async () => {
    const path = join(home, 'told.db')
    const engine = createSqliteEngine({ path })
    await engine.start()
    await engine.insert([large(1, megabyte)])
    const { bytes } = await engine.stats()
    expect(bytes).toBeGreaterThan(megabyte)
    expect(bytes).toBeLessThan(4 * megabyte)
    await engine.stop({ drainMs: 0 })
  })
})

describe('retention', () => {
  it('keeps done and dead events for their own times', async () => {
    const path = join(home, 'retention.db')
    const engine = createSqliteEngine({ path, retentionMs: 60_000, deadRetentionMs: 60_000 })
    await engine.start()
    await engine.consume(
      async ({ key }) => {
        if (key === 'burst-2') throw Object.assign(new Error('never'), { isPermanent: true })
      },
      { concurrency: 10, retry: toRetryPolicy({}), order: 'none', onOutcome: () => {} },
    )
    await engine.insert([toEvent(1), toEvent(2)])
    const isFinished = async (): Promise<boolean> => {
      const { done, dead } = (await engine.stats()).counts
      return done + dead === 2
    }
    await vi.waitUntil(isFinished, 20_000)
    expect(await engine.insert([toEvent(1), toEvent(2)])).toEqual(['duplicate', 'duplicate'])
    await engine.stop({ drainMs: 1_000 })

    // It forgets when it starts, and every minute.
    const later = createSqliteEngine({ path, retentionMs: 1, deadRetentionMs: 60_000 })
    await later.start()
    await vi.waitUntil(async () => (await later.stats()).counts.done === 0, 20_000)
    expect(await later.insert([toEvent(1), toEvent(2)])).toEqual(['stored', 'duplicate'])
    expect((await later.stats()).counts).toEqual({ pending: 1, active: 0, done: 0, dead: 1 })
    await later.stop({ drainMs: 0 })
  })
})
