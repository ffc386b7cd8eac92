import type { SQLInputValue } from 'node:sqlite'
import type { EventFilter, StoredEvent } from '../engine.ts'
import { toDedupeKey } from '../../verify/identify.ts'
import { toCondition } from './condition.ts'
import { createHistory } from './history.ts'
import { createKinds, mostKinds } from './kinds.ts'
import { merge, ways } from './merge.ts'
import { toStoredEvent } from './rows.ts'
import type { Statements } from './statements.ts'
import { createPlanner, type Plan } from './streams.ts'

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
  readonly sort: keyof typeof ways
  /** Most events to look at, where no index tells which match. @default as many as take a few milliseconds */
  readonly looks?: number | undefined
}

/** Before the first event of a listing. */
export const listStart = { oldest: 0, newest: Number.MAX_SAFE_INTEGER } as const

/** Events of a part of the store. */
export interface ListSlice {
  readonly events: readonly StoredEvent[]
  readonly seqs: readonly number[]
  /** Where the next part begins; `undefined` after the last. */
  readonly next: number | undefined
  /** How many events it looked at, where no index told which match. */
  readonly looked: number
  /** When the last of these was stored. */
  readonly lookedTo?: number | undefined
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

/** States that each change applies to. */
export const changeable = { replay: [2, 3], discard: [0, 2, 3] } as const

/** Finds stored events, a part of the store at a time. */
export function createSelection(statements: Statements) {
  const { all, number } = statements
  const history = createHistory(statements)
  const plan = createPlanner(statements)
  const kinds = createKinds(statements)

  /** The condition for the events that a look found. */
  function among(seqs: readonly number[], { streams, rest }: Plan): { from: string; values: SQLInputValue[] } {
    const more = rest === undefined ? '' : ` AND ${rest.where}`
    const values = rest?.values ?? []
    const [stream] = streams
    if (streams.length !== 1 || stream === undefined)
      return {
        from: `FROM events WHERE seq IN (SELECT value FROM json_each(?))${more}`,
        values: [JSON.stringify(seqs), ...values],
      }
    // From the first to the last of them its index has no others.
    const ends = [seqs[0]!, seqs.at(-1)!].toSorted((one, other) => one - other)
    return { from: `${stream.from}${more} AND seq BETWEEN ? AND ?`, values: [...stream.values, ...values, ...ends] }
  }

  function listKeys({ filter, after, most, sort }: ListRange): ListSlice {
    const { where, values } = toCondition(filter)
    const { isBehind, by } = ways[sort]
    const text = `SELECT * FROM events WHERE ${where} AND +seq ${isBehind} ? ORDER BY seq ${by} LIMIT ?`
    const rows = all(text, ...values, after, most)
    const seqs = rows.map(({ seq }) => seq)
    return { events: rows.map(toStoredEvent), seqs, looked: 0, next: rows.length === most ? seqs.at(-1) : undefined }
  }

  return {
    list(range: ListRange): ListSlice {
      const { filter, after, most, sort, looks = mostLooks } = range
      // Keys are found without looking at others.
      if (filter.keys !== undefined) return listKeys(range)
      const plans = plan(filter)
      const enough = Math.min(mostLooks, plans.rest === undefined ? most : looks)
      const { seqs: looked, isLast } = merge(statements, plans, { sort, after, enough })
      if (looked.length === 0) return { events: [], seqs: [], looked: 0, next: undefined }
      const { from, values } = among(looked, plans)
      const rows = all(`SELECT * ${from} ORDER BY seq ${ways[sort].by} LIMIT ?`, ...values, most)
      const seqs = rows.map(({ seq }) => seq)
      const isFull = rows.length === most && seqs.at(-1) !== looked.at(-1)
      const next = isFull ? seqs.at(-1) : isLast ? undefined : looked.at(-1)
      const passed = isFull ? looked.indexOf(seqs.at(-1)!) + 1 : looked.length
      const found = { events: rows.map(toStoredEvent), seqs, next }
      if (plans.rest === undefined) return { ...found, looked: 0 }
      const lookedTo = number('SELECT stored_at FROM events WHERE seq = ?', looked[passed - 1]!)
      return { ...found, looked: passed, lookedTo: lookedTo ?? undefined }
    },

    /** The events whose id is the whole text of the search, through their keys: of any provider, of the filter's tenant. */
    listId(filter: EventFilter): ListSlice {
      const { search = '', keys, tenant } = filter
      const providers = keys === undefined ? kinds.names().providers : []
      const names = providers.map((provider) => toDedupeKey(provider, tenant, search))
      const { events, seqs } = listKeys({
        filter: { ...filter, keys: names },
        after: 0,
        most: mostKinds,
        sort: 'oldest',
      })
      const isFound = events.map(({ id }) => id === search)
      return {
        events: events.filter((_, index) => isFound[index]),
        seqs: seqs.filter((_, index) => isFound[index]),
        next: undefined,
        looked: 0,
        lookedTo: undefined,
      }
    },

    select({ filter, change, after, until }: SelectRange): Selected {
      const bytes = 'SELECT seq, (SELECT length(body) FROM bodies WHERE bodies.seq = events.seq) AS bytes'
      const find = (from: string, values: readonly SQLInputValue[]): Candidate[] =>
        (all(`${bytes} ${from} ORDER BY seq`, ...values) as unknown as { seq: number; bytes: number | null }[]).map(
          (row) => [row.seq, row.bytes ?? 0],
        )
      if (filter.keys !== undefined) {
        const { where, values } = toCondition(filter, changeable[change])
        const from = `FROM events WHERE ${where} AND +seq > ? AND +seq <= ?`
        return { candidates: find(from, [...values, after, until]), next: undefined }
      }
      const plans = plan(filter, changeable[change])
      const bounds = { ...plans.bounds, to: Math.min(plans.bounds.to, until) }
      const { seqs, isLast } = merge(statements, { ...plans, bounds }, { sort: 'oldest', after, enough: mostLooks })
      if (seqs.length === 0) return { candidates: [], next: undefined }
      const { from, values } = among(seqs, plans)
      return { candidates: find(from, values), next: isLast ? undefined : seqs.at(-1) }
    },

    /** The last event stored so far. */
    last: (): number => number('SELECT max(seq) FROM events') ?? 0,

    get(key: string): StoredEvent | undefined {
      const [row] = all('SELECT events.*, bodies.body FROM events JOIN bodies USING (seq) WHERE key = ?', key)
      return row && { ...toStoredEvent(row), history: history.of(row) }
    },
  }
}
