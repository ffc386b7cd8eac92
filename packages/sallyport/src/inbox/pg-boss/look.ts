import type {
  Engine,
  EventCount,
  EventFilter,
  EventNames,
  EventPage,
  Failures,
  FailureGroup,
  InboxStats,
  MinuteCount,
  Page,
  StoredEvent,
} from '../engine.ts'
import { countByList, countWithoutFailure, mostCounted, mostGroups, toFailures } from '../scan.ts'
import { readHistory } from './history.ts'
import { mostFailing, mostNames } from './look-sql.ts'
import type { Opened } from './open.ts'
import type { Row } from './postgres.ts'
import { toEventId, toStoredEvent, toText } from './rows.ts'
import { toStoredAt, type Reach } from './select.ts'
import type { Sql } from './sql.ts'

// Candidates in one statement, where most may not match: short enough to be over soon.
const lookedAtOnce = 1_000

/** Answers questions, over connections that nothing is stored by. */
export type Looks = ReturnType<typeof createLooks>

export function createLooks({ jobs, look, table }: Pick<Opened, 'jobs' | 'look' | 'table'>, sql: Sql) {
  async function list({
    limit = 50,
    after,
    sort = 'oldest',
    mostLooks = Infinity,
    ...filter
  }: EventFilter & Page = {}): Promise<EventPage> {
    const events: StoredEvent[] = []
    const cursors: string[] = []
    let looked = 0
    let cursor = after
    for (;;) {
      const missing = limit + 1 - events.length
      const reach: Reach = { queue: jobs.name, sort, after: cursor, size: missing }
      const { isIndexed } = sql.select(filter, reach)
      const size = isIndexed ? missing : Math.max(1, Math.min(lookedAtOnce, mostLooks - looked))
      const { candidates, toMatches, values } = sql.select(filter, { ...reach, size })
      const all = [...values]
      const rows = await look(sql.list(candidates, toMatches(all)), all)
      for (const row of rows) {
        if (row['matches'] !== true) continue
        if (events.length === limit) return { events, next: cursors.at(-1) }
        events.push(toStoredEvent(row))
        cursors.push(String(row['cursor']))
      }
      if (rows.length < size) return { events, next: undefined, looked: undefined }
      looked += rows.length
      cursor = String(rows.at(-1)!['cursor'])
      if (!isIndexed && looked >= mostLooks)
        return events.length === limit
          ? { events, next: cursor }
          : { events, next: cursor, looked, lookedTo: toStoredAt(cursor) }
    }
  }

  async function stats(): Promise<InboxStats> {
    const [row = {}] = await look(sql.look.stats, [jobs.name])
    const [size] = await look(sql.measure, [table])
    const toNumber = (name: string): number => Number(row[name])
    const counts = {
      pending: toNumber('pending'),
      active: toNumber('active'),
      done: toNumber('done'),
      dead: toNumber('dead'),
    }
    const found = { counts, retrying: toNumber('retrying'), bytes: Number(size?.['bytes']) }
    const oldest = row['oldest']
    return typeof oldest === 'number' ? { ...found, oldestPendingMs: Math.max(0, oldest) } : found
  }

  async function count(filter: EventFilter, most: number): Promise<EventCount> {
    if (filter.failure === false) return countWithoutFailure(count, filter, most)
    const { candidates, values, isIndexed } = sql.select(filter, {
      queue: jobs.name,
      sort: 'newest',
      after: undefined,
      size: most + 1,
    })
    // Rows found by their keys are in any state.
    if (!isIndexed || filter.keys !== undefined) return countByList(list, filter, most)
    const isWaiting = filter.state === 'pending' || filter.failure !== undefined
    const [row] = await look(sql.look.count(candidates, isWaiting), values)
    const found = Number(row?.['count'])
    return { count: Math.min(found, most), isExact: found <= most }
  }

  return {
    list,
    stats,

    async get(key: string): Promise<StoredEvent | undefined> {
      const [row] = await look(sql.readEvent, [jobs.name, toEventId(key)])
      return row && { ...toStoredEvent(row), history: readHistory(row) }
    },

    count: (filter: EventFilter = {}, { most = mostCounted }: { readonly most?: number | undefined } = {}) =>
      count(filter, most),

    async failures({ provider, since }: Pick<EventFilter, 'provider' | 'since'> = {}): Promise<Failures> {
      const values = [jobs.name, provider === undefined ? null : toText(provider), since ?? null, mostGroups + 1]
      const rows = await look(sql.look.failures, values)
      return toFailures(
        rows.map(toGroup),
        rows.every((row) => Number(row['looked']) <= mostFailing),
      )
    },

    async names(): Promise<EventNames> {
      const rows = await look(sql.look.names, [jobs.name])
      const types = rows.map((row) => ({ provider: String(row['provider']), type: String(row['type']) }))
      const providers = [...new Set(types.map(({ provider }) => provider))].toSorted()
      return { providers, types: types.slice(0, mostNames), isComplete: types.length <= mostNames }
    },

    async minutes({ since, until = Infinity }: Parameters<Engine['minutes']>[0]): Promise<readonly MinuteCount[]> {
      const bound = (time: number): number => Math.ceil(Math.min(Math.max(time, 0), 8.64e15))
      const rows = await look(sql.look.minutes, [jobs.name, bound(since), bound(until)])
      return rows.map((row) => ({
        minute: Number(row['minute']),
        provider: String(row['provider']),
        outcome: row['outcome'] as MinuteCount['outcome'],
        count: Number(row['count']),
        durations: (row['durations'] as number[] | null) ?? undefined,
      }))
    },
  }
}

function toGroup(row: Row): FailureGroup {
  return {
    failure: String(row['failure']),
    provider: String(row['provider']),
    type: String(row['type']),
    dead: Number(row['dead']),
    retrying: Number(row['retrying']),
    firstAt: Number(row['first_at']),
    lastAt: Number(row['last_at']),
    sample: (JSON.parse(String(row['envelope'])) as StoredEvent).key,
  }
}
