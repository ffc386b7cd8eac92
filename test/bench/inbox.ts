import { benchChanges } from './inbox-changes.ts'
import { benchInboxHttp } from './inbox-http.ts'
import { openPlace, type OpenPlace } from './inbox-place.ts'
import { benchRates, type Group } from './inbox-rates.ts'
import type { StoreName } from './inbox-stores.ts'
import { burst, countOwnSyncs, countPostgresSyncs, countRedisSyncs } from './inbox-syncs.ts'
import type { BenchOptions, MissingRow, Row } from './report.ts'

const groups = {
  SQLite: { name: 'SQLite', stores: ['a transaction per row', 'fsync loop', 'SQLite engine'], aims: {} },
  PostgreSQL: {
    name: 'PostgreSQL',
    stores: ['pg-boss send', 'an INSERT per row', 'pg-boss engine'],
    aims: { 50: 'at least 8' },
  },
  Redis: { name: 'Redis', stores: ['BullMQ add', 'BullMQ engine'], aims: {} },
} as const satisfies Readonly<Record<string, Group>>

const servers = {
  SQLite: ['SQLite engine', 'SQLite engine, handlers here'],
  PostgreSQL: ['pg-boss engine'],
  Redis: ['BullMQ engine'],
} as const

/**
 * The inbox bench: events stored per second by each engine and by its underlying store, the syncs this takes, and whole
 * requests from the wire to the 202. Everything measured answers only once the event is on disk, as an inbox promises.
 */
export async function benchInbox({ quick }: BenchOptions): Promise<(Row | MissingRow)[]> {
  const place = await openPlace()
  try {
    return [
      ...(await benchStores(place, quick)),
      ...(await benchChanges(place, { events: quick ? 200 : 200_000 })),
      ...(await benchSyncs(place, quick ? 1 : 3)),
      ...(await benchServers(place, quick)),
    ]
  } finally {
    await place.remove()
  }
}

async function benchStores(place: OpenPlace, quick: boolean): Promise<(Row | MissingRow)[]> {
  const effort = quick ? { rounds: 1, turnMs: 5 } : { rounds: 7, turnMs: 300 }
  const rows: (Row | MissingRow)[] = []
  for (const group of Object.values(groups)) {
    const missing = reasonFor(place, group.name)
    if (missing) rows.push({ subject: 'all', case: `${group.name}, by number of clients`, missing })
    else rows.push(...(await benchRates(group, place, effort)))
  }
  return rows
}

async function benchSyncs(place: OpenPlace, rounds: number): Promise<(Row | MissingRow)[]> {
  const name = `syncs of ${burst.events} events by ${burst.clients} clients`
  const counters = {
    SQLite: (store: StoreName) => countOwnSyncs(store, place, place.createPower(), rounds),
    PostgreSQL: (store: StoreName) => countPostgresSyncs(store, place, rounds),
    Redis: (store: StoreName) => countRedisSyncs(store, place, place.redisPower!, rounds),
  }
  const rows: (Row | MissingRow)[] = []
  for (const group of Object.values(groups)) {
    const kind = group.name
    const missing = reasonFor(place, kind) ?? (kind === 'PostgreSQL' ? undefined : place.missing.syncs)
    let floor: number | undefined
    for (const store of group.stores) {
      if (missing) {
        rows.push({ subject: store, case: `${kind}, ${name}`, missing })
        continue
      }
      const count = await counters[kind](store)
      const subject = floor === undefined ? `floor: ${store}` : store
      floor ??= count
      rows.push({ subject, case: `${kind}, ${name}`, median: count, unit: 'syncs', ratio: count / floor })
    }
  }
  return rows
}

async function benchServers(place: OpenPlace, quick: boolean): Promise<(Row | MissingRow)[]> {
  const effort = quick ? { rounds: 1, requests: 100, warmUp: 0 } : { rounds: 11, requests: 2_000, warmUp: 6_000 }
  const kinds: string[] = []
  const missing: MissingRow[] = []
  for (const kind of ['SQLite', 'PostgreSQL', 'Redis'] as const) {
    const reason = reasonFor(place, kind)
    if (reason === undefined) kinds.push(...servers[kind])
    else missing.push({ subject: servers[kind][0], case: 'HTTP', missing: reason })
  }
  return [...(await benchInboxHttp(kinds, place, effort)), ...missing]
}

function reasonFor({ missing }: OpenPlace, kind: 'SQLite' | 'PostgreSQL' | 'Redis'): string | undefined {
  return kind === 'SQLite' ? undefined : missing[kind]
}
