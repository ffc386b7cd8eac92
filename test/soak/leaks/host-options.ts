import type { EngineChoice } from '../../support/inbox/open-engine.ts'
import type { Measurement } from './measure.ts'

/** Mistakes that a run must notice. */
export const flaws = [
  'keeps every event',
  'leaves timers',
  'leaves listeners',
  'leaves files open',
  'leaves a server open',
] as const
export type Flaw = (typeof flaws)[number]

/** Options of a host, as JSON. */
export interface HostOptions {
  /** Where its inbox stores events; without one, handlers run before the answer. */
  readonly store?: EngineChoice | undefined
  readonly flaws?: readonly Flaw[] | undefined
}

/** What a host is asked: to measure itself between two loads, or to stop and measure what is left. */
export type Question = 'rest' | 'stop'

/** What a host says: where it listens, and then an answer to each question. */
export type Word = { readonly urls: Readonly<Record<string, string>> } | Answer

export interface Answer {
  /** Before it started anything. */
  readonly before: Measurement
  readonly measured: Measurement
  /** Milliseconds that its clock is ahead from now on. */
  readonly aheadMs: number
}

/** Milliseconds that a body may take, so that a stalled one is answered within a run. */
export const bodyTimeoutMs = 2_000
export const maxBodyBytes = 64 * 1024
