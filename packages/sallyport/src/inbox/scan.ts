import type {
  EventCount,
  EventFilter,
  EventNames,
  EventOperations,
  FailureGroup,
  Failures,
  StoredEvent,
} from './engine.ts'

type List = EventOperations['list']

const pageSize = 500
/** Events that a scan looks at: the newest. */
export const mostScanned = 10_000
/** Groups of `failures`. */
export const mostGroups = 200
/** The default of `count`. */
export const mostCounted = 10_000

/** Counts by listing; for a store that cannot count what a filter matches. */
export async function countByList(list: List, filter: EventFilter, most: number): Promise<EventCount> {
  let count = 0
  let looked = 0
  let after: string | undefined
  do {
    const limit = Math.min(pageSize, most - count)
    const page = await list({ ...filter, after, limit, sort: 'newest', mostLooks: mostScanned - looked })
    count += page.events.length
    looked += page.looked ?? page.events.length
    after = page.next
  } while (after !== undefined && count < most && looked < mostScanned)
  return { count, isExact: after === undefined }
}

/**
 * Counts events without a failure as all less those with one, which an index finds: among many that fail, a scan would count few
 * of the others.
 */
export async function countWithoutFailure(
  count: (filter: EventFilter, most: number) => Promise<EventCount>,
  filter: EventFilter,
  most: number,
): Promise<EventCount> {
  const all = await count({ ...filter, failure: undefined }, most)
  const failing = await count({ ...filter, failure: true }, most)
  return { count: Math.max(0, all.count - failing.count), isExact: all.isExact && failing.isExact }
}

/** Groups failing events by listing the newest of them. */
export async function groupByList(list: List, filter: Pick<EventFilter, 'provider' | 'since'>): Promise<Failures> {
  const groups = new Map<string, FailureGroup>()
  let isExact = true
  for (const state of ['dead', 'pending'] as const) {
    let looked = 0
    let after: string | undefined
    do {
      const page = await list({
        ...filter,
        state,
        failure: true,
        after,
        limit: pageSize,
        sort: 'newest',
        mostLooks: mostScanned - looked,
      })
      for (const event of page.events) addTo(groups, event)
      looked += page.looked ?? page.events.length
      after = page.next
    } while (after !== undefined && looked < mostScanned)
    if (after !== undefined) isExact = false
  }
  return toFailures([...groups.values()], isExact)
}

/** The largest groups. */
export function toFailures(groups: readonly FailureGroup[], isExact: boolean): Failures {
  const sorted = groups.toSorted(
    (one, other) => other.dead + other.retrying - one.dead - one.retrying || other.lastAt - one.lastAt,
  )
  return { groups: sorted.slice(0, mostGroups), isExact: isExact && groups.length <= mostGroups }
}

function addTo(
  groups: Map<string, FailureGroup>,
  { key, provider, type, state, failure = '', storedAt }: StoredEvent,
): void {
  const name = JSON.stringify([failure, provider, type])
  const old = groups.get(name)
  const isLatest = old === undefined || storedAt >= old.lastAt
  groups.set(name, {
    failure,
    provider,
    type,
    dead: (old?.dead ?? 0) + (state === 'dead' ? 1 : 0),
    retrying: (old?.retrying ?? 0) + (state === 'dead' ? 0 : 1),
    firstAt: Math.min(old?.firstAt ?? storedAt, storedAt),
    lastAt: Math.max(old?.lastAt ?? storedAt, storedAt),
    sample: isLatest ? key : old.sample,
  })
}

/** Names in the newest events. */
export async function namesByList(list: List): Promise<EventNames> {
  const types = new Map<string, { readonly provider: string; readonly type: string }>()
  let looked = 0
  let after: string | undefined
  do {
    const page = await list({ after, limit: pageSize, sort: 'newest' })
    for (const { provider, type } of page.events) types.set(JSON.stringify([provider, type]), { provider, type })
    looked += page.events.length
    after = page.next
  } while (after !== undefined && looked < mostScanned)
  const providers = [...new Set(Array.from(types.values(), ({ provider }) => provider))].toSorted()
  return { providers, types: [...types.values()], isComplete: after === undefined }
}
