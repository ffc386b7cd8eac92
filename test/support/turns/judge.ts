import { leastOf, measureTurns, type Cost } from './longest-turn.ts'
import { slowness } from './slowness.ts'

/** Makes a piece of work; making it is not measured. */
export type Prepare = () => (() => unknown) | Promise<() => unknown>

/** What a piece of work is judged by. */
export interface Judgement {
  /** Milliseconds of its longest turn. */
  readonly turnMs: number
  /** How many times more it costs than the same work on half the input: 2 is linear, 4 is quadratic. */
  readonly growth: number
}

/** The promise of docs/bundles.md, in milliseconds of processor time, so that other programs do not count. */
export const mostMs = 25
export const mostGrowth = 3

// A busy machine adds to every one of a few runs: where they are over a limit, more decide.
const mostRounds = 16
// The compiler adds to the first few runs, which matters only if they are short.
const fewRounds = 4
const longMs = 1_000
// Below it, the time says more about the machine than about the input.
const shortMs = 20

/** Runs a piece of work as often as it takes to judge it, in turn with the same work on half the input, if there is such. */
export async function judge(whole: Prepare, half?: Prepare): Promise<Judgement> {
  const [wholes, halves]: [Cost[], Cost[]] = [[], []]
  while (true) {
    wholes.push(await measureTurns(await whole()))
    if (half) halves.push(await measureTurns(await half()))
    const { turnMs, totalMs } = leastOf(wholes)
    const growth = totalMs / Math.max(leastOf(halves).totalMs, shortMs)
    const isJudged = turnMs < mostMs && growth < mostGrowth && (!half || isTimed(halves))
    if (isJudged || wholes.length === mostRounds) return { turnMs: withoutSlowness(turnMs), growth }
  }
}

function isTimed(costs: readonly Cost[]): boolean {
  return costs.length >= fewRounds || leastOf(costs).totalMs >= longMs
}

/** The time of a turn without what a slow machine adds to it; asked only where it is over the limit here. */
function withoutSlowness(turnMs: number): number {
  if (turnMs < mostMs) return turnMs
  const factor = slowness()
  if (factor > 1) console.warn(`SLOW MACHINE: ${turnMs.toFixed(1)} ms is divided by ${factor.toFixed(2)}`)
  return turnMs / factor
}
