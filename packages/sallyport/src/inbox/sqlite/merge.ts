import type { Statements } from './statements.ts'
import type { Plan, Stream } from './streams.ts'

/** Both ways along the same indexes. */
export const ways = {
  oldest: { isBehind: '>', by: 'ASC' },
  newest: { isBehind: '<', by: 'DESC' },
} as const

/** Which events of a plan to look at. */
export interface Look {
  readonly sort: keyof typeof ways
  /** The last event of the look before. */
  readonly after: number
  /** How many events are enough. */
  readonly enough: number
}

/** The next events of a plan. */
export interface Looked {
  readonly seqs: readonly number[]
  /** Whether there are no more. */
  readonly isLast: boolean
}

interface Reading extends Stream {
  seqs: number[]
  last: number
  limit: number
  isOver: boolean
}

const firstLimit = 16

/**
 * The next events of all streams, in order. Reads each a bit ahead: up to where the shortest ends, all of them are complete.
 */
export function merge({ prepare }: Statements, { streams, bounds }: Plan, { sort, after, enough }: Look): Looked {
  const { isBehind, by } = ways[sort]
  const isOldest = sort === 'oldest'
  const start = isOldest ? Math.max(after, bounds.from - 1) : Math.min(after, bounds.to + 1)
  const [end, isWithin] = isOldest ? [bounds.to, '<='] : [bounds.from, '>=']
  const limit = streams.length === 1 ? enough : Math.min(enough, firstLimit)
  const readings = streams.map((stream): Reading => ({ ...stream, seqs: [], last: start, limit, isOver: false }))
  const found: number[] = []

  function read(reading: Reading): void {
    const text = `SELECT seq ${reading.from} AND seq ${isBehind} ? AND seq ${isWithin} ? ORDER BY seq ${by} LIMIT ?`
    const rows = prepare(text).all(...reading.values, reading.last, end, reading.limit)
    reading.seqs = rows.map((row) => Number(row['seq']))
    reading.isOver = rows.length < reading.limit
    reading.last = reading.seqs.at(-1) ?? reading.last
    reading.limit = Math.min(enough, reading.limit * 2)
  }

  for (;;) {
    for (const reading of readings) if (reading.seqs.length === 0 && !reading.isOver) read(reading)
    const open = readings.filter(({ isOver }) => !isOver).map(({ last }) => last)
    const horizon = isOldest ? Math.min(...open) : Math.max(...open)
    for (const reading of readings) {
      const passed = reading.seqs.findIndex((seq) => (isOldest ? seq > horizon : seq < horizon))
      const count = passed === -1 ? reading.seqs.length : passed
      found.push(...reading.seqs.splice(0, count))
    }
    if (open.length === 0 || found.length >= enough) break
  }
  found.sort((one, other) => (isOldest ? one - other : other - one))
  const isLast = found.length <= enough && readings.every(({ isOver, seqs }) => isOver && seqs.length === 0)
  return { seqs: found.slice(0, enough), isLast }
}
