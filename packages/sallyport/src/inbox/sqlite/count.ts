import type { EventCount, EventFilter } from '../engine.ts'
import { countWithoutFailure } from '../scan.ts'
import { toCondition } from './condition.ts'
import { merge } from './merge.ts'
import { stateNumber, states } from './schema.ts'
import type { Range } from './select.ts'
import type { Statements } from './statements.ts'
import { createPlanner } from './streams.ts'
import type { ThreadClient } from './thread-client.ts'

// What one call reads: entries of an index, and rows where no index tells enough.
const mostEntries = 100_000
const mostLooks = 5_000
// Rows that one count looks at in all.
const mostLookedAt = 50_000

/** Where a count goes on. */
export interface CountRange extends Range {
  readonly most: number
}

/** What a part of the store adds to a count. */
export interface CountSlice {
  readonly count: number
  /** Rows that it read. */
  readonly looked: number
  /** Where the next part begins; `undefined` after the last. */
  readonly next: number | undefined
}

/** Counts what a filter selects, a part of the store at a time. */
export function createCount(statements: Statements): (range: CountRange) => CountSlice {
  const { number } = statements
  const plan = createPlanner(statements)

  return ({ filter, after, most }) => {
    if (filter.keys !== undefined) {
      const { where, values } = toCondition(filter)
      return { count: number(`SELECT count(*) FROM events WHERE ${where}`, ...values) ?? 0, looked: 0, next: undefined }
    }
    const names = Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [name]))
    if (names.length === 0 || (names.length === 1 && filter.state !== undefined)) {
      const column = filter.state === undefined ? states.join(' + ') : states[stateNumber[filter.state]]
      return { count: number(`SELECT ${column} FROM kept`) ?? 0, looked: 0, next: undefined }
    }
    const { streams, bounds, rest } = plan(filter)
    if (rest !== undefined) {
      const { seqs, isLast } = merge(
        statements,
        { streams, bounds, rest },
        { sort: 'oldest', after, enough: mostLooks },
      )
      const text = `SELECT count(*) FROM events WHERE seq IN (SELECT value FROM json_each(?)) AND ${rest.where}`
      const count = number(text, JSON.stringify(seqs), ...rest.values) ?? 0
      return { count, looked: seqs.length, next: isLast ? undefined : seqs.at(-1) }
    }
    const last = number('SELECT max(seq) FROM events') ?? 0
    const from = Math.max(after + 1, bounds.from)
    const to = Math.min(from + mostEntries - 1, bounds.to)
    let count = 0
    for (const stream of streams) {
      if (count >= most) break
      const text = `SELECT count(*) FROM (SELECT 1 ${stream.from} AND seq BETWEEN ? AND ? LIMIT ?)`
      count += number(text, ...stream.values, from, to, most - count) ?? 0
    }
    return { count, looked: 0, next: to < Math.min(bounds.to, last) ? to : undefined }
  }
}

/** Counts in parts, so that other reads come in between. */
export async function countEvents(reader: ThreadClient, filter: EventFilter, most: number): Promise<EventCount> {
  if (filter.failure === false)
    return countWithoutFailure((each, bound) => countEvents(reader, each, bound), filter, most)
  let count = 0
  let looked = 0
  let after: number | undefined = 0
  while (after !== undefined && count <= most && looked < mostLookedAt) {
    const slice: CountSlice = await reader.ask('count', { filter, after, most: most + 1 - count })
    count += slice.count
    looked += slice.looked
    after = slice.next
  }
  return { count: Math.min(count, most), isExact: count <= most && after === undefined }
}
