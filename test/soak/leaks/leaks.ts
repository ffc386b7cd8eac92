import { setTimeout as wait } from 'node:timers/promises'
import type { SoakStore } from '../stores/store.ts'
import type { Answer, Flaw } from './host-options.ts'
import { startHost } from './host-process.ts'
import type { Measurement } from './measure.ts'
import { startTraffic, type Answers } from './traffic.ts'

/** One run of every mount over one store. */
export interface LeakOptions {
  /** Without one, handlers run before the answer. */
  readonly openStore?: (() => Promise<SoakStore>) | undefined
  readonly seed: number
  readonly durationMs: number
  /** Milliseconds between two measurements; all intervals are the same. */
  readonly everyMs: number
  /** Deliveries in a second, to all mounts together. */
  readonly perSecond: number
  readonly flaws?: readonly Flaw[] | undefined
}

/** What was sent, and what the process held. */
export interface LeakReport {
  readonly hasStore: boolean
  readonly answers: Answers
  /** After each interval, when nothing was under way. */
  readonly rests: readonly Measurement[]
  readonly before: Measurement
  /** After everything was stopped. */
  readonly after: Measurement
  /** Whether the process then ended by itself. */
  readonly hasEnded: boolean
  /** The end of what it wrote to stderr. */
  readonly errors: string
}

/** Sends mixed traffic to every mount, and measures the process that serves them again and again while nothing is sent. */
export async function runLeaks(options: LeakOptions): Promise<LeakReport> {
  const { openStore, seed, durationMs, everyMs, perSecond, flaws } = options
  const store = await openStore?.()
  try {
    const host = await startHost({ store: store?.choice, flaws })
    try {
      const answers: Answers = new Map()
      const rests: Measurement[] = []
      let aheadMs = 0
      for (let round = 0; (round + 1) * everyMs <= durationMs; round++) {
        const traffic = startTraffic({ urls: host.urls, perSecond, seed: seed + round, aheadMs, answers })
        await wait(everyMs)
        await traffic.stop()
        const rested: Answer = await host.rest()
        rests.push(rested.measured)
        aheadMs = rested.aheadMs
      }
      const { before, measured: after, hasEnded } = await host.stop()
      return { hasStore: store !== undefined, answers, rests, before, after, hasEnded, errors: host.errors() }
    } finally {
      host.kill()
    }
  } finally {
    await store?.remove()
  }
}
