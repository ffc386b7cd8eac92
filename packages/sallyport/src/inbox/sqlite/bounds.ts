import type { EventFilter } from '../engine.ts'
import type { Statements } from './statements.ts'

/** A part of the store, in the order events were stored; both ends belong to it. */
export interface Bounds {
  readonly from: number
  readonly to: number
  /** Whether events between them may still be of another time. */
  readonly isLoose: boolean
}

export const everything: Bounds = { from: 0, to: Number.MAX_SAFE_INTEGER, isLoose: false }

// A clock that is set back more often than this is no clock.
const mostSteps = 100

/**
 * Finds where in the store the events of a time are. They are stored in the order of time, but for where the clock was set
 * back: between two such steps, halving finds the place without an index.
 */
export function createBounds({ prepare, number }: Statements) {
  const first = 'SELECT seq, stored_at AS at FROM events WHERE seq >= ? ORDER BY seq LIMIT 1'

  /** The first event of a part that was stored at a time or later; the end of the part if there is none. */
  function findFirst(time: number, from: number, end: number): number {
    let low = from
    let high = end
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const row = prepare(first).get(middle) as { readonly seq: number; readonly at: number } | undefined
      if (row === undefined || row.seq >= high || row.at >= time) high = middle
      else low = row.seq + 1
    }
    return low
  }

  return ({ since, until }: Pick<EventFilter, 'since' | 'until'>): Bounds => {
    if (since === undefined && until === undefined) return everything
    const last = number('SELECT max(seq) FROM events') ?? 0
    const steps = prepare('SELECT seq FROM clock_steps ORDER BY seq LIMIT ?').all(mostSteps + 1)
    if (steps.length > mostSteps) return { ...everything, isLoose: true }
    const starts = [number('SELECT min(seq) FROM events') ?? 1, ...steps.map(({ seq }) => Number(seq)), last + 1]
    let bounds: Bounds | undefined
    for (const [index, start] of starts.slice(0, -1).entries()) {
      const end = starts[index + 1]!
      const from = since === undefined ? start : findFirst(since, start, end)
      const to = (until === undefined ? end : findFirst(until, from, end)) - 1
      if (from > to) continue
      bounds = bounds
        ? { from: Math.min(bounds.from, from), to: Math.max(bounds.to, to), isLoose: true }
        : { from, to, isLoose: false }
    }
    // What arrives while a listing is under way is in its next page.
    return bounds ?? { from: 1, to: 0, isLoose: false }
  }
}
