import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { InboxEvent } from '../receive/inbox.ts'
import type { ConsumeOutcome, MinuteCount } from './engine.ts'
import { createMinuteLog, durationBounds, readPercentile } from './minute-log.ts'

const noon = Date.UTC(2026, 10, 29, 12)

beforeEach(() => void vi.useFakeTimers({ now: noon }))
afterEach(() => void vi.useRealTimers())

function createLog(fails: () => boolean = () => false) {
  const written: MinuteCount[] = []
  const log = createMinuteLog(async (counts) => {
    if (fails()) throw new Error('no store')
    written.push(...counts)
  })
  return { log, written }
}

const event = (provider: string): InboxEvent => ({ provider }) as InboxEvent

describe('createMinuteLog', () => {
  it('writes a batch once a second, by provider and outcome', async () => {
    const { log, written } = createLog()
    log.noteBatch([event('a'), event('a'), event('b')], ['stored', 'duplicate', 'stored'])
    log.noteBatch([event('a')], ['stored'])
    await vi.advanceTimersByTimeAsync(999)
    expect(written).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(written).toEqual([
      { minute: noon, provider: 'a', outcome: 'stored', count: 2, durations: undefined },
      { minute: noon, provider: 'a', outcome: 'duplicate', count: 1, durations: undefined },
      { minute: noon, provider: 'b', outcome: 'stored', count: 1, durations: undefined },
    ])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('counts a minute by when something happens', async () => {
    const { log, written } = createLog()
    log.note({ provider: 'a', outcome: 'stored' })
    vi.setSystemTime(noon + 61_500)
    log.note({ provider: 'a', outcome: 'stored' })
    await log.stop()
    expect(written.map(({ minute, count }) => [minute, count])).toEqual([
      [noon, 1],
      [noon + 60_000, 1],
    ])
  })

  it('passes outcomes on and counts their durations', async () => {
    const { log, written } = createLog()
    const seen: ConsumeOutcome[] = []
    const onOutcome = log.noteOutcomes((outcome) => seen.push(outcome))
    for (const durationMs of [0, 1, 7, 400_000, undefined])
      onOutcome({ event: event('a'), outcome: 'handled', attempt: 1, durationMs } as ConsumeOutcome)
    expect(seen).toHaveLength(5)
    await log.stop()
    expect(written).toHaveLength(1)
    const durations = written[0]!.durations!
    expect(durations).toHaveLength(durationBounds.length + 1)
    expect([written[0]!.count, durations[0], durations[3], durations.at(-1)]).toEqual([5, 2, 1, 1])
  })

  it('keeps its counts while the store fails', async () => {
    let isDown = true
    const { log, written } = createLog(() => isDown)
    log.note({ provider: 'a', outcome: 'handled', durationMs: 3 })
    await vi.advanceTimersByTimeAsync(1_000)
    log.note({ provider: 'a', outcome: 'handled', durationMs: 3 })
    isDown = false
    await vi.advanceTimersByTimeAsync(1_000)
    expect(written).toHaveLength(1)
    expect([written[0]!.count, written[0]!.durations![2]]).toEqual([2, 2])
  })

  it('keeps a bounded number of kinds in memory', async () => {
    const { log, written } = createLog()
    for (let n = 0; n < 15_000; n++) log.note({ provider: `p${n}`, outcome: 'stored' })
    await log.stop()
    expect(written).toHaveLength(10_000)
  })

  it('writes what is left when it stops, and no more', async () => {
    const { log, written } = createLog()
    log.note({ provider: 'a', outcome: 'dead' })
    await log.stop()
    expect(written).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('readPercentile', () => {
  it.each([
    [[2, 1, 1], 0.5, 1],
    [[2, 1, 1], 0.75, 2],
    [[2, 1, 1], 1, 5],
    [[0, 0, 0], 0.5, undefined],
    [[...durationBounds.map(() => 0), 1], 0.5, Infinity],
  ])('reads %j at %d as %s', (durations, share, expected) => {
    expect(readPercentile(durations, share)).toBe(expected)
  })
})
