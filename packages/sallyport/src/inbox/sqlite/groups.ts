import type { EventFilter, FailureGroup, Failures } from '../engine.ts'
import { toFailures } from '../scan.ts'
import { createBounds, type Bounds } from './bounds.ts'
import { createFailureWalk, type FailureKind } from './failure-walk.ts'
import { mostKinds } from './kinds.ts'
import { stateNumber } from './schema.ts'
import type { Statements } from './statements.ts'
import type { ThreadClient } from './thread-client.ts'

// What one call reads.
const mostEntries = 20_000
const mostSeeks = 200
// Of each group and state.
const mostCounted = 100_000

/** Where a call goes on. */
export interface GroupRange {
  readonly filter: Pick<EventFilter, 'provider' | 'since'>
  /** The last group of the call before. */
  readonly after: FailureKind
}

/** Some of the groups. */
export interface GroupSlice {
  readonly groups: readonly FailureGroup[]
  readonly isExact: boolean
  readonly next: FailureKind | undefined
}

/** Groups failing events, some groups at a time: from one to the next through the index, which counts them too. */
export function createGroups(statements: Statements): (range: GroupRange) => GroupSlice {
  const { prepare, number } = statements
  const findBounds = createBounds(statements)
  const nextFailure = createFailureWalk(statements)
  const among = `FROM events INDEXED BY events_failure
    WHERE failure IS NOT NULL AND failure = ? AND provider = ? AND type = ? AND state = ? AND seq BETWEEN ? AND ?`

  /** How many of a group are in a state, and the first and the last of them. */
  function count(kind: FailureKind, state: number, { from, to }: Bounds) {
    const some = number(`SELECT count(*) FROM (SELECT 1 ${among} LIMIT ?)`, ...kind, state, from, to, mostCounted) ?? 0
    if (some === 0) return { count: 0, ends: [] }
    const end = (by: string): number =>
      number(`SELECT seq ${among} ORDER BY seq ${by} LIMIT 1`, ...kind, state, from, to)!
    return { count: some, ends: [end('ASC'), end('DESC')] }
  }

  function toGroup(kind: FailureKind, bounds: Bounds): FailureGroup | undefined {
    const dead = count(kind, stateNumber.dead, bounds)
    const retrying = count(kind, stateNumber.pending, bounds)
    const ends = [...dead.ends, ...retrying.ends]
    if (ends.length === 0) return undefined
    const read = (seq: number) => prepare('SELECT key, stored_at AS at FROM events WHERE seq = ?').get(seq)!
    const last = read(Math.max(...ends))
    const [failure, provider, type] = kind
    return {
      failure,
      provider,
      type,
      dead: dead.count,
      retrying: retrying.count,
      firstAt: Number(read(Math.min(...ends))['at']),
      lastAt: Number(last['at']),
      sample: String(last['key']),
    }
  }

  return ({ filter, after }) => {
    const bounds = findBounds({ since: filter.since })
    const groups: FailureGroup[] = []
    let entries = 0
    let last = after
    for (let seeks = 0; seeks < mostSeeks && entries < mostEntries; seeks++) {
      const found = nextFailure(last)
      if (found === undefined) return { groups, isExact: areExact(groups), next: undefined }
      last = found
      if ((filter.provider ?? last[1]) !== last[1]) continue
      const group = toGroup(last, bounds)
      if (group === undefined) continue
      groups.push(group)
      entries += group.dead + group.retrying
    }
    return { groups, isExact: areExact(groups), next: last }
  }
}

function areExact(groups: readonly FailureGroup[]): boolean {
  return groups.every(({ dead, retrying }) => dead < mostCounted && retrying < mostCounted)
}

/** Groups in parts, so that other reads come in between. */
export async function groupFailures(reader: ThreadClient, filter: GroupRange['filter']): Promise<Failures> {
  const groups: FailureGroup[] = []
  let isExact = true
  let after: FailureKind | undefined = ['', '', '']
  while (after !== undefined && groups.length < mostKinds) {
    const slice: GroupSlice = await reader.ask('failures', { filter, after })
    groups.push(...slice.groups)
    isExact &&= slice.isExact
    after = slice.next
  }
  return toFailures(groups, isExact && after === undefined)
}
