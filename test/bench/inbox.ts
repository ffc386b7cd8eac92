import { benchChanges } from './inbox-changes.ts'
import { benchDisk } from './inbox-disk.ts'
import { benchDone } from './inbox-done.ts'
import { benchDrain } from './inbox-drain.ts'
import { benchInboxHttp } from './inbox-http.ts'
import { benchLoad } from './inbox-load.ts'
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

const engines = { SQLite: 'SQLite engine', PostgreSQL: 'pg-boss engine', Redis: 'BullMQ engine' } as const

type Kind = keyof typeof groups

/** What each part of the inbox bench measures; part by part in this order, or only the one that is named. */
const parts = {
  rates: benchStores,
  done: benchWork,
  drain: benchBacklog,
  disk: benchBytes,
  changes: (place, { quick }) => benchChanges(place, { events: quick ? 200 : 200_000 }),
  syncs: benchSyncs,
  http: benchServers,
  load: benchSteady,
} as const satisfies Readonly<Record<string, (place: OpenPlace, run: Run) => Promise<(Row | MissingRow)[]>>>

/** What to measure. */
interface Run extends Pick<BenchOptions, 'quick' | 'events'> {
  readonly kinds: readonly Kind[]
  /** Whether it is the only part. */
  readonly isAlone: boolean
}

/**
 * The inbox bench: events stored per second by each engine and by its underlying store, events handled per second, the syncs
 * this takes, and whole requests from the wire to the 202. Everything measured answers only once the event is on disk, as an
 * inbox promises.
 */
export async function benchInbox({ part, store, quick, events }: BenchOptions): Promise<(Row | MissingRow)[]> {
  const kinds = namesOf(groups).filter((kind) => store === undefined || kind.toLowerCase() === store)
  if (kinds.length === 0) throw new Error(`no store ${store}; there are ${namesOf(groups).join(', ').toLowerCase()}`)
  const chosen = namesOf(parts).filter((name) => part === undefined || name === part)
  if (chosen.length === 0) throw new Error(`no part ${part}; there are ${namesOf(parts).join(', ')}`)
  const place = await openPlace()
  const rows: (Row | MissingRow)[] = []
  try {
    for (const name of chosen)
      rows.push(...(await parts[name](place, { quick, events, kinds, isAlone: part !== undefined })))
    return rows
  } finally {
    await place.remove()
  }
}

function benchStores(place: OpenPlace, run: Run): Promise<(Row | MissingRow)[]> {
  const effort = run.quick ? { rounds: 1, turnMs: 5 } : { rounds: 7, turnMs: 300 }
  return forEachKind(place, run, 'by number of clients', (kind) => benchRates(groups[kind], place, effort))
}

function benchSteady(place: OpenPlace, run: Run): Promise<(Row | MissingRow)[]> {
  const effort = run.quick ? { rates: [10, 100], seconds: 0.1 } : { rates: [10, 100, 1_000], seconds: 10 }
  return forEachKind(place, run, 'under load', (kind) =>
    benchLoad(kind, `${engines[kind]}, handlers here`, place, effort),
  )
}

function benchWork(place: OpenPlace, run: Run): Promise<(Row | MissingRow)[]> {
  const { quick, events = quick ? 50 : 2_000 } = run
  const effort = { rounds: quick ? 1 : 5, events }
  return forEachKind(place, run, 'accept to done', (kind) => benchDone(kind, place, effort))
}

function benchBacklog(place: OpenPlace, run: Run): Promise<(Row | MissingRow)[]> {
  const { quick, isAlone, events = quick ? 300 : isAlone ? 1_000_000 : 100_000 } = run
  return forEachKind(place, run, 'backlog', (kind) => benchDrain(kind, place, events))
}

function benchBytes(place: OpenPlace, run: Run): Promise<(Row | MissingRow)[]> {
  const { quick, events = quick ? 300 : 10_000 } = run
  return forEachKind(place, run, 'bytes per event', (kind) => benchDisk(kind, place, events))
}

/** Measures each kind of store, or says why it cannot. */
async function forEachKind(
  place: OpenPlace,
  { kinds }: Run,
  name: string,
  measure: (kind: Kind) => Promise<Row[]>,
): Promise<(Row | MissingRow)[]> {
  const rows: (Row | MissingRow)[] = []
  for (const kind of kinds) {
    const missing = reasonFor(place, kind)
    if (missing) rows.push({ subject: 'all', case: `${kind}, ${name}`, missing })
    else rows.push(...(await measure(kind)))
  }
  return rows
}

async function benchSyncs(place: OpenPlace, { quick, kinds }: Run): Promise<(Row | MissingRow)[]> {
  const rounds = quick ? 1 : 3
  const name = `syncs of ${burst.events} events by ${burst.clients} clients`
  const counters = {
    SQLite: (store: StoreName) => countOwnSyncs(store, place, place.createPower(), rounds),
    PostgreSQL: (store: StoreName) => countPostgresSyncs(store, place, rounds),
    Redis: (store: StoreName) => countRedisSyncs(store, place, place.redisPower!, rounds),
  }
  const rows: (Row | MissingRow)[] = []
  for (const kind of kinds) {
    const group = groups[kind]
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

async function benchServers(place: OpenPlace, { quick, kinds: stores }: Run): Promise<(Row | MissingRow)[]> {
  const effort = quick ? { rounds: 1, requests: 100, warmUp: 0 } : { rounds: 11, requests: 2_000, warmUp: 6_000 }
  const kinds: string[] = []
  const missing: MissingRow[] = []
  for (const kind of stores) {
    const reason = reasonFor(place, kind)
    if (reason === undefined) kinds.push(...servers[kind])
    else missing.push({ subject: servers[kind][0], case: 'HTTP', missing: reason })
  }
  return [...(await benchInboxHttp(kinds, place, effort)), ...missing]
}

function reasonFor({ missing }: OpenPlace, kind: Kind): string | undefined {
  return kind === 'SQLite' ? undefined : missing[kind]
}

const namesOf = <Name extends string>(record: Readonly<Record<Name, unknown>>): Name[] => Object.keys(record) as Name[]
