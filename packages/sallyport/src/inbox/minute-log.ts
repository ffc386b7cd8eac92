import type { InboxEvent } from '../receive/inbox.ts'
import type { ConsumeOptions, MinuteCount } from './engine.ts'
import { writeEachSecond } from './write-each-second.ts'

/** Upper ends of the durations counted apart, in milliseconds; a last count is for longer ones. */
export const durationBounds = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000,
] as const

/** One thing that happened to an event. */
export interface MinuteNote extends Pick<MinuteCount, 'provider' | 'outcome'> {
  /** Milliseconds that the handlers took. */
  readonly durationMs?: number | undefined
}

/** Counts what happens to events in memory, and writes the counts every second. */
export interface MinuteLog {
  note(note: MinuteNote): void
  /** Notes what a batch became. */
  noteBatch(batch: readonly InboxEvent[], answers: readonly ('stored' | 'duplicate')[]): void
  /** Passes outcomes on, and notes them. */
  noteOutcomes(onOutcome: ConsumeOptions['onOutcome']): ConsumeOptions['onOutcome']
  /** Writes what is counted, as far as the store takes it, and counts no more. */
  stop(): Promise<void>
}

const minuteMs = 60_000

interface Counted extends MinuteCount {
  count: number
  readonly durations: number[] | undefined
}

/**
 * Makes the log. A write per event would double the writes of the store.
 *
 * @param write adds counts to those in the store
 */
export function createMinuteLog(write: (counts: readonly MinuteCount[]) => Promise<unknown>): MinuteLog {
  const counts = writeEachSecond<Counted>(write, (newer, older) => {
    newer.count += older.count
    older.durations?.forEach((count, index) => newer.durations && (newer.durations[index]! += count))
  })

  function note({ provider, outcome, durationMs }: MinuteNote): void {
    const minute = Math.floor(Date.now() / minuteMs) * minuteMs
    const counted = counts.find(`${minute} ${outcome} ${provider}`, () => {
      const durations = durationMs === undefined ? undefined : [...durationBounds.map(() => 0), 0]
      return { minute, provider, outcome, count: 0, durations }
    })
    if (counted === undefined) return
    counted.count++
    if (durationMs !== undefined && counted.durations) counted.durations[toBucket(durationMs)]!++
  }

  return {
    note,
    noteBatch: (batch, answers) =>
      answers.forEach((outcome, index) => note({ provider: batch[index]!.provider, outcome })),
    noteOutcomes: (onOutcome) => (outcome) => {
      note({ provider: outcome.event.provider, outcome: outcome.outcome, durationMs: outcome.durationMs })
      onOutcome(outcome)
    },
    stop: counts.stop,
  }
}

function toBucket(durationMs: number): number {
  const found = durationBounds.findIndex((bound) => durationMs <= bound)
  return found === -1 ? durationBounds.length : found
}

/**
 * The duration below which a share of attempts stayed, as the upper end of its bucket; `undefined` without attempts. Above the
 * last bound: `Infinity`.
 *
 * @param share as 0.95
 * @example
 * readPercentile(counts.durations, 0.5) // 20: half of them took at most 20 ms
 */
export function readPercentile(durations: readonly number[], share: number): number | undefined {
  const total = durations.reduce((sum, count) => sum + count, 0)
  if (total === 0) return undefined
  let passed = 0
  const index = durations.findIndex((count) => (passed += count) >= total * share)
  return durationBounds[index] ?? Infinity
}
