import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AttemptRow, EventDetail } from '../../src/api.ts'
import { foldRuns, toTimeline } from './timeline.ts'

const at = 1_700_000_000_000
const failure = { name: 'CustomerMissing', message: 'no customer', stack: ['at handle (app.ts:4)'] }

const run = (number: number, change: Partial<AttemptRow> = {}): AttemptRow => ({
  number,
  outcome: 'retried',
  begunAt: at + number * 1_000,
  endedAt: at + number * 1_000 + 41,
  durationMs: 41,
  error: failure,
  ...change,
})

const event = (change: Partial<EventDetail>): EventDetail => ({
  key: 'stripe/evt_1',
  state: 'dead',
  provider: 'stripe',
  type: 'invoice.paid',
  id: 'evt_1',
  attempts: 0,
  storedAt: at + 4,
  keyId: 'current',
  proof: 'key',
  receivedAt: at,
  method: 'POST',
  url: '/',
  headers: [],
  remoteAddress: '203.0.113.9',
  bodyBytes: 2_114,
  attemptsMade: [],
  duplicates: { count: 0, latest: [] },
  hasHistory: true,
  ...change,
})

const titles = (change: Partial<EventDetail>): string[] => toTimeline(event(change)).map(({ title }) => title)

describe('timeline', () => {
  it('folds runs that failed the same way', () => {
    const attemptsMade = [run(1), run(2), run(3), run(4, { outcome: 'dead' })]
    const items = toTimeline(event({ attempts: 4, attemptsMade }))
    expect(items.map(({ title }) => title)).toEqual([
      'Arrived and verified',
      'Runs 1 to 3 failed the same way',
      'Run 4 failed after 41 ms: dead',
    ])
    expect(items[0]!.text).toBe('203.0.113.9 · 2,114 bytes')
    expect(items[1]!.text).toBe('CustomerMissing: no customer · waited 959 ms, 959 ms')
    expect(items[1]!.stack).toEqual(failure.stack)
  })

  it.each([
    ['key', 'good', 'Arrived and verified'],
    ['fetched', 'good', 'Fetched from the sender'],
    ['none', 'warn', 'Arrived, not authenticated'],
  ] as const)('says how the sender was proven: %s', (proof, dot, title) => {
    expect(toTimeline(event({ proof }))[0]).toMatchObject({ dot, title })
  })

  it('keeps runs that failed otherwise apart', () => {
    const other = { ...failure, message: 'another' }
    expect(
      titles({ state: 'done', attemptsMade: [run(1), run(2, { error: other }), run(3, { outcome: 'handled' })] }),
    ).toEqual([
      'Arrived and verified',
      'Run 1 failed after 41 ms',
      'Run 2 failed after 41 ms',
      'Run 3 handled it after 41 ms',
    ])
  })

  it('says what comes next', () => {
    const retrying = toTimeline(event({ state: 'retrying', attempts: 1, attemptsMade: [run(1)], dueAt: at + 9_000 }))
    expect(retrying.at(-1)).toEqual({ dot: 'wait', title: 'Run 2 is due', at: at + 9_000 })
    expect(titles({ state: 'waiting' }).at(-1)).toBe('Waits for a handler')
    expect(titles({ state: 'waiting', attemptsMade: [run(1, { outcome: 'dead' })] }).at(-1)).toBe(
      'Replayed: waits for a handler',
    )
    expect(titles({ state: 'active', attempts: 1, attemptsMade: [run(1, { outcome: 'running' })] }).at(-1)).toBe(
      'Run 1 is running',
    )
  })

  it('puts a duplicate where it arrived', () => {
    const duplicates = { count: 2, latest: [{ receivedAt: at + 1_500, remoteAddress: '198.51.100.4' }] }
    expect(titles({ attemptsMade: [run(1), run(2, { outcome: 'dead' })], duplicates })).toEqual([
      'Arrived and verified',
      'Run 1 failed after 41 ms',
      '2 duplicates arrived, dropped',
      'Run 2 failed after 41 ms: dead',
    ])
  })

  it('says what is no longer kept, and what never was', () => {
    expect(titles({ attemptsMade: [run(7, { outcome: 'dead' })] })[1]).toBe('Runs 1 to 6 are no longer kept')
    expect(titles({ attempts: 3, hasHistory: false, error: 'X: y' })).toEqual([
      'Arrived and verified',
      '3 runs so far',
      'Dead',
    ])
  })

  it('loses no run by folding', () => {
    const outcome = fc.constantFrom<AttemptRow['outcome']>('retried', 'lost', 'dead', 'handled')
    fc.assert(
      fc.property(fc.array(outcome), (outcomes) => {
        const runs = outcomes.map((name, index) => run(index + 1, { outcome: name }))
        expect(foldRuns(runs).flat()).toEqual(runs)
      }),
    )
  })
})
