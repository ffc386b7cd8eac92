import type { EventFilter, EventPage, EventState, Page, StoredEvent } from '../engine.ts'
import { readHistory } from './history.ts'
import { storedKey, unfinishedKey, type OpenQueue } from './open.ts'
import { isJobData, toJobId, toStoredEvent } from './rows.ts'
import { runScript, type JobRow } from './scripts.ts'

/** An event, the id of its job, and where a listing goes on after it. */
export interface Found {
  readonly id: string
  readonly event: StoredEvent
  readonly cursor: string
}

const atOnce = 100

interface Source {
  readonly key: string
  /** Jobs in other states have a place in another sorted set, and are found there. */
  readonly states: readonly EventState[]
}

// Each job is in one of them, and moves when it ends.
const sources: readonly Source[] = [
  { key: unfinishedKey, states: ['pending', 'active'] },
  { key: 'failed', states: ['dead'] },
  { key: 'completed', states: ['done'] },
]
const all: Source = { key: storedKey, states: ['pending', 'active', 'done', 'dead'] }

/** One event with its body. */
export async function readEvent({ redis, toKey }: OpenQueue, key: string): Promise<StoredEvent | undefined> {
  const [row] = (await runScript(
    redis,
    toKey,
    'readJobs',
    unfinishedKey,
    toKey(''),
    1,
    toJobId(key),
  )) as (JobRow | null)[]
  const event = row ? toEvent(row) : undefined
  const past = row?.[9]
  return event && past ? { ...event, history: readHistory(event, past) } : event
}

/** One page of a listing. */
export async function readPage(
  store: OpenQueue,
  { limit = 50, after, sort = 'oldest', ...filter }: EventFilter & Page,
): Promise<EventPage> {
  const events: StoredEvent[] = []
  let last: string | undefined
  for await (const { event, cursor } of findEvents(store, filter, { after, sort })) {
    if (events.length === limit) return { events, next: last! }
    events.push(event)
    last = cursor
  }
  return { events }
}

/** Where a search goes. */
interface Way {
  /** A cursor to go on from. */
  readonly after?: string | undefined
  /** Where to end in each sorted set, of `findEnd`; the search then goes through one after the other. */
  readonly until?: readonly Place[] | undefined
  readonly sort?: Sort | undefined
}

/**
 * Every event of a filter, without bodies: the dead and the done of a filter with `state` by when they ended, others by when they
 * were stored. With `until`, an event that changes its state meanwhile may come twice.
 */
export async function* findEvents(store: OpenQueue, filter: EventFilter, way: Way = {}): AsyncGenerator<Found> {
  const rows = filter.keys === undefined ? readSources(store, filter, way) : readKeys(store, filter.keys, way)
  for await (const [row, cursor] of rows) {
    const event = toEvent(row)
    if (event && matches(event, filter)) yield { id: row[0], event, cursor }
  }
}

async function* readKeys(
  { redis, toKey }: OpenQueue,
  keys: readonly string[],
  { after = '/', sort = 'oldest' }: Way,
): AsyncGenerator<[JobRow, string]> {
  const begin = fromCursor(after)
  const ids = [...new Set(keys)].map(toJobId)
  const places: Place[] = []
  for (let start = 0; start < ids.length; start += atOnce) {
    const some = ids.slice(start, start + atOnce)
    const scores = await redis.zmscore(toKey(storedKey), ...some)
    places.push(...some.map((id, index) => ({ id, score: scores[index] ?? '0' })))
  }
  const wanted = places
    .filter((place) => isBehind(place, begin, sort))
    .toSorted((one, other) => (isBehind(one, other, sort) ? 1 : -1))
  for (let start = 0; start < wanted.length; start += atOnce) {
    const some = wanted.slice(start, start + atOnce)
    const values = [toKey(''), 0, ...some.map(({ id }) => id)]
    const rows = (await runScript(redis, toKey, 'readJobs', unfinishedKey, ...values)) as (JobRow | null)[]
    for (const [index, row] of rows.entries()) if (row) yield [row, toCursor(some[index]!)]
  }
}

/** The last entry of each sorted set, in the order of a listing. */
export function findEnd({ redis, toKey }: OpenQueue): Promise<readonly Place[]> {
  return Promise.all(
    sources.map(async ({ key }) => {
      const [id, score] = await redis.zrevrange(toKey(key), 0, 0, 'WITHSCORES')
      return { id: id ?? '', score: score ?? '-1' }
    }),
  )
}

async function* readSources(
  store: OpenQueue,
  { state }: EventFilter,
  { after = '/', until, sort = 'oldest' }: Way,
): AsyncGenerator<[JobRow, string]> {
  const begin = fromCursor(after)
  const searched = until === undefined && state === undefined ? [all] : sources
  for (const [index, { key, states }] of searched.entries()) {
    if (state !== undefined && !states.includes(state)) continue
    const end = until?.[index]
    for await (const row of readSource(store, { key, after: begin, sort })) {
      // Something finished may linger among the unfinished.
      if (!states.includes(row[1])) continue
      if (end !== undefined && isBehind(toPlace(row), end, sort)) break
      yield [row, toCursor(toPlace(row))]
    }
  }
}

const toCursor = ({ score, id }: Place): string => `${score}/${id}`

function fromCursor(cursor: string): Place {
  const [score = '', id = ''] = cursor.split('/')
  return { score, id }
}

type Sort = 'oldest' | 'newest'

/** Where an entry of a sorted set stands. */
export interface Place {
  readonly score: string
  readonly id: string
}

async function* readSource(
  { redis, toKey }: OpenQueue,
  { key, after, sort }: { readonly key: string; readonly after: Place; readonly sort: Sort },
): AsyncGenerator<JobRow> {
  let position = after
  // What has gone meanwhile is looked for by its score alone: others of that score come again.
  let seen = after
  for (;;) {
    const page = await runScript(redis, toKey, 'readPage', key, toKey(''), position.score, position.id, atOnce, sort)
    const [score, id, rows] = page as [string, string, JobRow[]] | [undefined, undefined, undefined]
    if (rows === undefined) return
    for (const row of rows) if (isBehind(toPlace(row), seen, sort)) yield row
    position = { score, id }
    if (isBehind(position, seen, sort)) seen = position
  }
}

// By bytes, as Redis sorts. In its scripts texts compare by the language of its machine.
function isBehind(one: Place, other: Place, sort: Sort): boolean {
  // Before the first.
  if (other.id === '' && other.score === '') return true
  const [left, right] = sort === 'oldest' ? [one, other] : [other, one]
  return left.score === right.score ? left.id > right.id : Number(left.score) > Number(right.score)
}

const toPlace = (row: JobRow): Place => ({ id: row[0], score: row[10] ?? '0' })

function toEvent([, state, delayedScore, text, name, timestamp, attempts, finishedOn, failedReason]: JobRow):
  | StoredEvent
  | undefined {
  const data: unknown = JSON.parse(text)
  if (!isJobData(data)) return undefined
  const isFinished = state === 'done' || state === 'dead'
  return toStoredEvent(data, {
    type: name,
    state,
    attempts: Number(attempts ?? 0),
    storedAt: Number(timestamp),
    dueAt: state === 'pending' ? toDueAt(delayedScore, timestamp) : undefined,
    finishedAt: isFinished ? Number(finishedOn) : undefined,
    error: state === 'done' ? undefined : (failedReason ?? undefined),
  })
}

function toDueAt(delayedScore: string | null, timestamp: string): number {
  return delayedScore === null ? Number(timestamp) : Math.floor(Number(delayedScore) / 4096)
}

function matches(event: StoredEvent, { state, provider, type, since, search }: EventFilter): boolean {
  return (
    (state === undefined || event.state === state) &&
    (provider === undefined || event.provider === provider) &&
    (type === undefined || event.type === type) &&
    (since === undefined || event.storedAt >= since) &&
    (search === undefined || `${event.id} ${event.type} ${event.error ?? ''}`.includes(search))
  )
}
