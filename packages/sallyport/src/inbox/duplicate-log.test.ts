import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { InboxEvent } from '../receive/inbox.ts'
import { createDuplicateLog, type DuplicateNote } from './duplicate-log.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const event = (key: string, receivedAt = 0, remoteAddress?: string): InboxEvent =>
  ({ key, receivedAt, remoteAddress }) as InboxEvent

function createLog(fails: () => boolean = () => false) {
  const written: DuplicateNote[] = []
  const log = createDuplicateLog(async (notes) => {
    if (fails()) throw new Error('no store')
    written.push(...notes)
  })
  return {
    log,
    written,
    repeat: (...events: InboxEvent[]) =>
      log.note(
        events,
        events.map(() => 'duplicate'),
      ),
  }
}

describe('createDuplicateLog', () => {
  it('writes a million duplicates of one event as one note', async () => {
    const { written, repeat } = createLog()
    for (let n = 0; n < 1_000_000; n++) repeat(event('one', n, '192.0.2.1'))
    await vi.advanceTimersByTimeAsync(1_000)
    expect(written).toHaveLength(1)
    expect(written[0]).toMatchObject({ key: 'one', count: 1_000_000 })
    expect(written[0]!.latest.map(({ receivedAt }) => receivedAt)).toEqual(
      [...Array(10).keys()].map((n) => 999_999 - n),
    )
  })

  it('writes nothing without a duplicate', async () => {
    const { log, written } = createLog()
    log.note([event('new')], ['stored'])
    await vi.advanceTimersByTimeAsync(5_000)
    await log.stop()
    expect(written).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('keeps its counts while the store fails', async () => {
    let isDown = true
    const { written, repeat } = createLog(() => isDown)
    repeat(event('one', 1))
    await vi.advanceTimersByTimeAsync(1_000)
    repeat(event('one', 2), event('two', 3))
    isDown = false
    await vi.advanceTimersByTimeAsync(1_000)
    expect(written).toEqual([
      { key: 'one', count: 2, latest: [{ receivedAt: 2 }, { receivedAt: 1 }] },
      { key: 'two', count: 1, latest: [{ receivedAt: 3 }] },
    ])
  })

  it('keeps a bounded number of events in memory', async () => {
    const { written, repeat } = createLog()
    for (let n = 0; n < 15_000; n++) repeat(event(`key-${n}`))
    await vi.advanceTimersByTimeAsync(1_000)
    expect(written).toHaveLength(10_000)
  })

  it('writes what is left when it stops', async () => {
    const { log, written, repeat } = createLog()
    repeat(event('one', 1, 'x'.repeat(5_000)))
    await log.stop()
    expect(written).toHaveLength(1)
    expect(written[0]!.latest[0]!.remoteAddress!.length).toBeLessThan(150)
  })
})
