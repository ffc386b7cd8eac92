import type { SQLInputValue } from 'node:sqlite'
import type { EventFilter } from '../engine.ts'
import { createBounds, type Bounds } from './bounds.ts'
import { toCondition, type Condition } from './condition.ts'
import { createFailureWalk, type FailureKind } from './failure-walk.ts'
import { createKinds, mostKinds } from './kinds.ts'
import { stateNumber } from './schema.ts'
import type { Statements } from './statements.ts'

/** Events that an index has together, in the order they were stored. */
export interface Stream {
  /** What follows SELECT, up to the condition on `seq`. */
  readonly from: string
  readonly values: readonly SQLInputValue[]
}

/** How to find what a filter selects. */
export interface Plan {
  /** The events of each are in none of the others. */
  readonly streams: readonly Stream[]
  /** What their events must match still; `undefined` if all do. */
  readonly rest: Condition | undefined
  readonly bounds: Bounds
}

const all: Stream = { from: 'FROM events WHERE 1', values: [] }
const failing: readonly number[] = [stateNumber.pending, stateNumber.dead]

/** Finds the index for a filter. One with several states, providers or types is read as so many streams. */
export function createPlanner(statements: Statements) {
  const kinds = createKinds(statements)
  const nextFailure = createFailureWalk(statements)
  const findBounds = createBounds(statements)

  /** Events of kinds, or `undefined` where there are too many kinds. */
  function byKind(states: readonly number[], kind: Pick<EventFilter, 'provider' | 'type'>): Stream[] | undefined {
    const from = 'FROM events INDEXED BY events_kind WHERE state = ? AND provider = ? AND type = ?'
    const streams: Stream[] = []
    for (const state of states) {
      for (const { provider, type } of kinds.find(state, kind)) streams.push({ from, values: [state, provider, type] })
      if (streams.length > mostKinds) return undefined
    }
    return streams
  }

  /** Events that failed in one way, or in any of a provider or type. */
  function byFailure(states: readonly number[], { failure, provider, type }: EventFilter): Stream[] | undefined {
    const from = `FROM events INDEXED BY events_failure
      WHERE failure = ? AND provider = ? AND type = ? AND state = ? AND failure IS NOT NULL`
    const streams: Stream[] = []
    let last: FailureKind = [typeof failure === 'string' ? failure : '', '', '']
    for (let looks = 0; looks <= mostKinds; looks++) {
      const found = nextFailure(last)
      if (found === undefined || (typeof failure === 'string' && found[0] !== failure)) return streams
      last = found
      if ((provider ?? last[1]) !== last[1] || (type ?? last[2]) !== last[2]) continue
      for (const state of states) streams.push({ from, values: [...last, state] })
    }
    return undefined
  }

  function find(
    filter: EventFilter,
    states: readonly number[],
  ): { streams: Stream[]; answered: (keyof EventFilter)[] } {
    const { state, provider, type, tenant, orderKey, failure } = filter
    if (orderKey !== undefined) {
      const from = 'FROM events INDEXED BY events_line WHERE order_key = ? AND state = ? AND order_key IS NOT NULL'
      return { streams: states.map((each) => ({ from, values: [orderKey, each] })), answered: ['orderKey', 'state'] }
    }
    // Those that did not fail have no index of their own.
    if (failure !== undefined && failure !== false) {
      const ended = states.filter((each) => failing.includes(each))
      const isAny = failure === true && provider === undefined && type === undefined
      const streams = isAny ? undefined : byFailure(ended, filter)
      if (streams) return { streams, answered: ['failure', 'state', 'provider', 'type'] }
      const from = 'FROM events INDEXED BY events_failing WHERE state = ? AND failure IS NOT NULL'
      return {
        streams: ended.map((each) => ({ from, values: [each] })),
        answered: failure === true ? ['failure', 'state'] : ['state'],
      }
    }
    if (tenant !== undefined) {
      const from = 'FROM events INDEXED BY events_tenant WHERE tenant = ? AND tenant IS NOT NULL'
      return { streams: [{ from, values: [tenant] }], answered: ['tenant'] }
    }
    const hasKind = [state, provider, type].some((value) => value !== undefined)
    const streams = hasKind ? byKind(states, { provider, type }) : undefined
    return streams ? { streams, answered: ['state', 'provider', 'type'] } : { streams: [all], answered: [] }
  }

  /** @param most states that count, where the filter names none */
  return (filter: EventFilter, most: readonly number[] = Object.values(stateNumber)): Plan => {
    const states = most.filter((state) => filter.state === undefined || state === stateNumber[filter.state])
    const { streams, answered } = find(filter, states)
    const bounds = findBounds(filter)
    const known = new Set<string>(bounds.isLoose ? answered : [...answered, 'since', 'until'])
    const left = Object.entries(filter).filter(([name, value]) => value !== undefined && !known.has(name))
    const isOfOther = most.length < 4 && !answered.includes('state')
    return {
      streams,
      rest:
        left.length > 0 || isOfOther ? toCondition(Object.fromEntries(left), isOfOther ? most : undefined) : undefined,
      bounds,
    }
  }
}
