import type { EventFilter, EventNames } from '../engine.ts'
import { stateNumber } from './schema.ts'
import type { Statements } from './statements.ts'

/** Provider and type of events. */
export interface Kind {
  readonly provider: string
  readonly type: string
}

/** More of them are not looked for one by one. */
export const mostKinds = 1_000

/** Finds which kinds of events there are: from one to the next through the index, however many events each has. */
export function createKinds({ prepare }: Statements) {
  const index = 'FROM events INDEXED BY events_kind WHERE state = ?'
  const next = {
    kind: `SELECT provider, type ${index} AND provider > ? ORDER BY provider, type LIMIT 1`,
    provider: `SELECT provider, '' AS type ${index} AND provider > ? ORDER BY provider LIMIT 1`,
    type: `SELECT provider, type ${index} AND provider = ? AND type > ? ORDER BY type LIMIT 1`,
    exact: `SELECT provider, type ${index} AND provider = ? AND type = ? LIMIT 1`,
  }

  function get(text: string, ...values: (string | number)[]): Kind | undefined {
    return prepare(text).get(...values) as Kind | undefined
  }

  function walk(first: Kind | undefined, after: (last: Kind) => Kind | undefined): Kind[] {
    const found: Kind[] = []
    for (let kind = first; kind !== undefined && found.length <= mostKinds; kind = after(kind)) found.push(kind)
    return found
  }

  /** Kinds of a state; more than `mostKinds` where there are too many. */
  function find(state: number, { provider, type }: Pick<EventFilter, keyof Kind>): Kind[] {
    if (provider !== undefined && type !== undefined)
      return walk(get(next.exact, state, provider, type), () => undefined)
    if (provider !== undefined) {
      // A type may be empty.
      const first = get(next.exact, state, provider, '') ?? get(next.type, state, provider, '')
      return walk(first, (last) => get(next.type, state, provider, last.type))
    }
    if (type !== undefined) {
      const first = get(next.provider, state, '')
      const providers = walk(first, (last) => get(next.provider, state, last.provider))
      return providers.flatMap((each) => get(next.exact, state, each.provider, type) ?? [])
    }
    // One comparison for each column: SQLite would read every event of a kind to find the next by both at once.
    return walk(
      get(next.kind, state, ''),
      (last) => get(next.type, state, last.provider, last.type) ?? get(next.kind, state, last.provider),
    )
  }

  /** Names for a choice. */
  function names(): EventNames {
    const found = Object.values(stateNumber).map((state) => find(state, {}))
    const types = new Map(found.flat().map((kind) => [JSON.stringify([kind.provider, kind.type]), kind]))
    const sorted = Array.from(types, ([, { provider, type }]) => ({ provider, type })).toSorted(
      (one, other) => compare(one.provider, other.provider) || compare(one.type, other.type),
    )
    return {
      providers: [...new Set(sorted.map(({ provider }) => provider))],
      types: sorted.slice(0, mostKinds),
      isComplete: sorted.length <= mostKinds && found.every(({ length }) => length <= mostKinds),
    }
  }

  return { find, names }
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
