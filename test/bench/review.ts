import { measureTurns, type Cost } from '../support/turns/longest-turn.ts'
import { payloads } from '../support/turns/payloads.ts'
import { costOf } from '../support/turns/search.ts'
import { scale, worstInputs } from '../support/turns/worst-inputs.ts'
import type { BenchOptions, Row } from './report.ts'

const mostMs = 25

/**
 * The review bench: the longest turn of the event loop, and the processor time in all, of every function that reads or reviews
 * a bundle, each with the worst inputs that a search has found.
 */
export async function benchReview({ quick }: BenchOptions): Promise<Row[]> {
  const rows: Row[] = []
  const repeats = quick ? 1 : 3
  for (const [input, { plan, subjects }] of Object.entries(worstInputs)) {
    for (const subject of quick ? subjects.slice(0, 1) : subjects) {
      const half = await costOf(subject, scale(plan, quick ? 1 / 8 : 1 / 2), repeats)
      const whole = await costOf(subject, scale(plan, quick ? 1 / 4 : 1), repeats)
      if (half && whole) rows.push(...toTurnRows(subject, input, whole), ...toTotalRows(subject, input, half, whole))
    }
  }
  for (const [name, prepare] of Object.entries(payloads)) {
    const [subject = '', input = ''] = name.split(', ')
    const costs: Cost[] = []
    for (let run = 0; run < repeats; run++) costs.push(await measureTurns(prepare()))
    rows.push(...toTurnRows(subject, input, costs.toSorted((left, right) => left.turnMs - right.turnMs)[0]!))
  }
  return rows
}

function toTurnRows(subject: string, input: string, { turnMs }: Cost): Row[] {
  const shared = { case: `${subject}, ${input}: longest turn`, unit: 'ms' }
  const median = Math.max(turnMs, 0.01)
  return [
    { subject: 'floor', median: mostMs, ratio: 1, ...shared },
    { subject, median, ratio: median / mostMs, aim: `under ${mostMs} ms`, ...shared },
  ]
}

function toTotalRows(subject: string, input: string, half: Cost, whole: Cost): Row[] {
  const shared = { case: `${subject}, ${input}: in all`, unit: 'ms' }
  const [one, other] = [Math.max(half.totalMs, 0.01), Math.max(whole.totalMs, 0.01)]
  return [
    { subject: 'floor: half of it', median: one, ratio: 1, ...shared },
    { subject, median: other, ratio: other / one, aim: 'at most 3', ...shared },
  ]
}
