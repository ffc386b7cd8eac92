import type { EventFilter, EventState } from '../engine.ts'
import { mostAheadMs } from './insert.ts'
import { retryingKey, storedKey, unfinishedKey } from './keys.ts'
import type { OpenQueue } from './open.ts'
import { toJobId } from './rows.ts'
import { runScript, type JobRow } from './scripts.ts'

export type Sort = 'oldest' | 'newest'

/** Where an entry of a sorted set stands. */
export interface Place {
  readonly score: string
  readonly id: string
}

/** How many jobs a walk may still look at. */
export interface Looks {
  left: number
  /** A cursor to go on from, once none is left. */
  endedAt?: string | undefined
  /** When the last was stored, unless they are in the order in which they ended. */
  storedAt?: number | undefined
}

/** Which way through the jobs. */
export interface Way {
  readonly sort: Sort
  /** A cursor to go on from. */
  readonly after?: string | undefined
  /** Where to end in each sorted set, of `findEnd`; the walk then goes through one after the other. */
  readonly end?: ReadonlyMap<string, Place> | undefined
  readonly looks: Looks
  readonly signal?: AbortSignal | undefined
}

// Jobs one script reads, so that it takes Redis a few milliseconds at most.
const atOnce = 100

interface Source {
  readonly key: string
  /** Jobs in other states have a place in another sorted set, and are found there. */
  readonly states: readonly EventState[]
}

const failed: Source = { key: 'failed', states: ['dead'] }
const retrying: Source = { key: retryingKey, states: ['pending'] }
// Each job is in one of them, and moves when it ends.
const sources: readonly Source[] = [
  { key: unfinishedKey, states: ['pending', 'active'] },
  failed,
  { key: 'completed', states: ['done'] },
]
const all: Source = { key: storedKey, states: ['pending', 'active', 'done', 'dead'] }

/** Jobs that may match a filter, each with a cursor to go on from. */
export function walkJobs(
  store: Pick<OpenQueue, 'redis' | 'toKey'>,
  filter: EventFilter,
  way: Way,
): AsyncGenerator<[JobRow, string]> {
  return filter.keys === undefined ? walkSources(store, filter, way) : walkKeys(store, filter.keys, way)
}

/** The last entry of each sorted set, oldest first. */
export async function findEnd({ redis, toKey }: OpenQueue): Promise<ReadonlyMap<string, Place>> {
  const ends = [...sources, retrying].map(async ({ key }): Promise<[string, Place]> => {
    const [id, score] = await redis.zrevrange(toKey(key), 0, 0, 'WITHSCORES')
    return [key, { id: id ?? '', score: score ?? '-1' }]
  })
  return new Map(await Promise.all(ends))
}

function chooseSources({ state, failure }: EventFilter, isForChange: boolean): readonly Source[] {
  const some = failure === undefined || failure === false ? sources : [retrying, failed]
  if (state !== undefined) return some.filter(({ states }) => states.includes(state))
  return isForChange ? some : [all]
}

async function* walkSources(
  store: Pick<OpenQueue, 'redis' | 'toKey'>,
  filter: EventFilter,
  way: Way,
): AsyncGenerator<[JobRow, string]> {
  for (const { key, states } of chooseSources(filter, way.end !== undefined)) {
    const { first, last } = toBounds(key, filter, way.sort)
    const after = way.after === undefined ? first : later(fromCursor(way.after), first, way.sort)
    const end = way.end?.get(key)
    for await (const row of walkSource(store, key, { ...way, after })) {
      const place = toPlace(row)
      if ([last, end].some((bound) => bound !== undefined && isBehind(place, bound, way.sort))) break
      // Something finished may linger among the unfinished.
      if (states.includes(row[1])) yield [row, toCursor(place)]
    }
  }
}

async function* walkSource(
  { redis, toKey }: Pick<OpenQueue, 'redis' | 'toKey'>,
  key: string,
  { after, sort, looks, signal }: Omit<Way, 'after'> & { readonly after: Place },
): AsyncGenerator<JobRow> {
  let { score, id } = after
  for (;;) {
    if (signal?.aborted) return
    const most = Math.min(atOnce, looks.left)
    if (most === 0) {
      looks.endedAt = toCursor({ score, id })
      if (!isByEnd(key)) looks.storedAt = Math.floor(Number(score))
      return
    }
    const page = (await runScript(redis, toKey, 'readPage', key, toKey(''), score, id, most, sort)) as
      | [score: string, id: string, rows: JobRow[], looked: number]
      | []
    if (page.length === 0) return
    const [lastScore, lastId, rows, looked] = page
    looks.left -= looked
    yield* rows
    score = lastScore
    id = lastId
  }
}

async function* walkKeys(
  { redis, toKey }: Pick<OpenQueue, 'redis' | 'toKey'>,
  keys: readonly string[],
  { after, sort, looks, signal }: Way,
): AsyncGenerator<[JobRow, string]> {
  const begin = after === undefined ? start : fromCursor(after)
  const ids = [...new Set(keys)].map(toJobId)
  const places: Place[] = []
  for (let from = 0; from < ids.length; from += atOnce) {
    const some = ids.slice(from, from + atOnce)
    const scores = await redis.zmscore(toKey(storedKey), ...some)
    places.push(...some.map((id, index) => ({ id, score: scores[index] ?? '0' })))
  }
  let wanted = places
    .filter((place) => isBehind(place, begin, sort))
    .toSorted((one, other) => (isBehind(one, other, sort) ? 1 : -1))
  while (wanted.length > 0) {
    if (signal?.aborted) return
    const some = wanted.slice(0, Math.min(atOnce, looks.left))
    wanted = wanted.slice(some.length)
    looks.left -= some.length
    const values = [toKey(''), 0, ...some.map(({ id }) => id)]
    const rows = (await runScript(redis, toKey, 'readJobs', unfinishedKey, ...values)) as (JobRow | null)[]
    for (const [index, row] of rows.entries()) if (row) yield [row, toCursor(some[index]!)]
    if (looks.left === 0 && wanted.length > 0) {
      looks.endedAt = toCursor(some.at(-1)!)
      return
    }
  }
}

const start: Place = { score: '', id: '' }
// Before and after every id of one score.
const lowest = '!'
const highest = '~'

// Those that ended are placed by the clock of the process that handled them.
const endedSlackMs = 60_000

const isByEnd = (key: string): boolean => key === 'failed' || key === 'completed'

/** Where a walk begins and ends that looks for events of a span of time. */
function toBounds(
  key: string,
  { since, until }: EventFilter,
  sort: Sort,
): { readonly first: Place; readonly last: Place | undefined } {
  const low = since === undefined ? undefined : { score: String(since - (isByEnd(key) ? endedSlackMs : 0)), id: lowest }
  // One that ended may have been stored long before.
  const high = until === undefined || isByEnd(key) ? undefined : { score: String(until + mostAheadMs), id: highest }
  return sort === 'oldest' ? { first: low ?? start, last: high } : { first: high ?? start, last: low }
}

function later(one: Place, other: Place, sort: Sort): Place {
  return isBehind(one, other, sort) ? one : other
}

// By bytes, as Redis sorts.
function isBehind(one: Place, other: Place, sort: Sort): boolean {
  if (other === start) return true
  const [left, right] = sort === 'oldest' ? [one, other] : [other, one]
  return left.score === right.score ? left.id > right.id : Number(left.score) > Number(right.score)
}

const toCursor = ({ score, id }: Place): string => `${score}/${id}`

function fromCursor(cursor: string): Place {
  const [score = '', id = ''] = cursor.split('/')
  return id === '' ? start : { score, id }
}

const toPlace = (row: JobRow): Place => ({ id: row[0], score: row[11] ?? '0' })
