import type { SQLInputValue } from 'node:sqlite'
import type { EventFilter, StoredEvent } from '../engine.ts'
import { createHistory } from './history.ts'
import { toStoredEvent } from './rows.ts'
import { stateNumber } from './schema.ts'
import type { Statements } from './statements.ts'

// Events one call looks at, so that it takes a few milliseconds whatever it searches for.
const mostLooks = 5_000

/** Where a call looks, in the order events were stored. */
export interface Range {
  readonly filter: EventFilter
  /** `next` of the call before. */
  readonly after: number
}

/** Where a listing looks. */
export interface ListRange extends Range {
  /** Most events of the answer. */
  readonly most: number
  readonly sort: 'oldest' | 'newest'
}

/** Before the first event of a listing. */
export const listStart = { oldest: 0, newest: Number.MAX_SAFE_INTEGER } as const

// Both ways along the same indexes.
const ways = {
  oldest: { isBehind: '>', isWithin: '<=', by: 'ASC', end: Number.MAX_SAFE_INTEGER },
  newest: { isBehind: '<', isWithin: '>=', by: 'DESC', end: 0 },
} as const

/** Events of a part of the store. */
export interface ListSlice {
  readonly events: readonly StoredEvent[]
  readonly seqs: readonly number[]
  /** Where the next part begins; `undefined` after the last. */
  readonly next: number | undefined
}

/** An event that may be changed, and the bytes of its body. */
export type Candidate = readonly [seq: number, bytes: number]

/** Events of a part of the store that may be changed. */
export interface Selected {
  readonly candidates: readonly Candidate[]
  /** Where the next part begins; `undefined` after the last. */
  readonly next: number | undefined
}

/** Where to look for events to change. */
export interface SelectRange extends Range {
  readonly change: keyof typeof changeable
  /** The last event to look at. */
  readonly until: number
}

/** What each change applies to. */
export const changeable = { replay: 'state >= 2', discard: 'state <> 1' } as const

/** Finds stored events, a part of the store at a time. */
export function createSelection(statements: Statements) {
  const { all, number } = statements
  const history = createHistory(statements)

  /** The last event of the part that begins after another; `undefined` if that is the rest. */
  function findEnd({ filter: { state, keys }, after }: Range, sort: ListRange['sort'] = 'oldest'): number | undefined {
    // Keys are found without looking at others.
    if (keys !== undefined) return undefined
    const [where, values] = state === undefined ? ['', []] : ['state = ? AND', [stateNumber[state]]]
    const { isBehind, by } = ways[sort]
    const text = `SELECT seq FROM events WHERE ${where} seq ${isBehind} ? ORDER BY seq ${by} LIMIT 1 OFFSET ${mostLooks - 1}`
    return number(text, ...values, after) ?? undefined
  }

  return {
    list({ filter, after, most, sort }: ListRange): ListSlice {
      const end = findEnd({ filter, after }, sort)
      const { where, values } = toCondition(filter)
      const way = ways[sort]
      const rows = all(
        `SELECT * FROM events WHERE ${where} AND seq ${way.isBehind} ? AND seq ${way.isWithin} ? ORDER BY seq ${way.by} LIMIT ?`,
        ...values,
        after,
        end ?? way.end,
        most,
      )
      const seqs = rows.map(({ seq }) => seq)
      return { events: rows.map(toStoredEvent), seqs, next: rows.length === most ? seqs.at(-1) : end }
    },

    select({ filter, change, after, until }: SelectRange): Selected {
      const end = findEnd({ filter, after })
      const { where, values } = toCondition(filter)
      const rows = all(
        `SELECT events.seq, length(bodies.body) AS bytes FROM events LEFT JOIN bodies USING (seq)
         WHERE ${where} AND ${changeable[change]} AND events.seq > ? AND events.seq <= ? ORDER BY events.seq`,
        ...values,
        after,
        Math.min(end ?? until, until),
      ) as unknown as { readonly seq: number; readonly bytes: number | null }[]
      const candidates = rows.map(({ seq, bytes }): Candidate => [seq, bytes ?? 0])
      return { candidates, next: end !== undefined && end < until ? end : undefined }
    },

    /** The last event stored so far. */
    last: (): number => number('SELECT max(seq) FROM events') ?? 0,

    get(key: string): StoredEvent | undefined {
      const [row] = all('SELECT events.*, bodies.body FROM events JOIN bodies USING (seq) WHERE key = ?', key)
      return row && { ...toStoredEvent(row), history: history.of(row) }
    },
  }
}

/** The SQL condition of a filter, and its values. */
export function toCondition(filter: EventFilter): {
  readonly where: string
  readonly values: readonly SQLInputValue[]
} {
  const { state, provider, type, since, search, keys } = filter
  const parts: string[] = []
  const values: SQLInputValue[] = []
  function add(sql: string, value: SQLInputValue): void {
    parts.push(sql)
    values.push(value)
  }
  if (state !== undefined) add('state = ?', stateNumber[state])
  // Not by its index, which has the events that are due.
  if (provider !== undefined) add('+provider = ?', provider)
  if (type !== undefined) add('type = ?', type)
  if (since !== undefined) add('stored_at >= ?', since)
  if (search !== undefined) add("instr(id || ' ' || type || ' ' || coalesce(error, ''), ?) > 0", search)
  if (keys !== undefined) add('key IN (SELECT value FROM json_each(?))', JSON.stringify(keys))
  return { where: parts.length === 0 ? '1' : parts.join(' AND '), values }
}
