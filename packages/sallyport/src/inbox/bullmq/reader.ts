import type { EventFilter, EventPage, Page, StoredEvent } from '../engine.ts'
import { readHistory } from './history.ts'
import { unfinishedKey, type OpenQueue } from './open.ts'
import { isJobData, toJobId, toStoredEvent } from './rows.ts'
import { runScript, type JobRow } from './scripts.ts'

/** An event, the id of its job, and where a listing goes on after it. */
export interface Found {
  readonly id: string
  readonly event: StoredEvent
  readonly cursor: string
}

const atOnce = 100
// What is in each sorted set; the order is that of a listing.
const sources = [
  { key: unfinishedKey, states: ['pending', 'active'] },
  { key: 'failed', states: ['dead'] },
  { key: 'completed', states: ['done'] },
] as const

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
  { limit = 50, after, ...filter }: EventFilter & Page,
): Promise<EventPage> {
  const events: StoredEvent[] = []
  let last: string | undefined
  for await (const { event, cursor } of findEvents(store, filter, { after })) {
    if (events.length === limit) return { events, next: last! }
    events.push(event)
    last = cursor
  }
  return { events }
}

/**
 * Every event of a filter, without bodies: by key where keys are given, else the unfinished by when they were stored, the dead
 * and the done by when they ended. An event that changes its state meanwhile may come twice.
 *
 * @param after a cursor to go on from
 * @param until where to end, of `findEnd`
 */
export async function* findEvents(
  store: OpenQueue,
  filter: EventFilter,
  { after, until }: { readonly after?: string | undefined; readonly until?: readonly Place[] | undefined } = {},
): AsyncGenerator<Found> {
  const rows =
    filter.keys === undefined ? readSources(store, filter, { after, until }) : readKeys(store, filter.keys, after)
  for await (const [row, cursor] of rows) {
    const event = toEvent(row)
    if (event && matches(event, filter)) yield { id: row[0], event, cursor }
  }
}

async function* readKeys(
  { redis, toKey }: OpenQueue,
  keys: readonly string[],
  after = '0',
): AsyncGenerator<[JobRow, string]> {
  const unique = [...new Set(keys)]
  for (let start = Number(after); start < unique.length; start += atOnce) {
    const ids = unique.slice(start, start + atOnce).map(toJobId)
    const rows = (await runScript(redis, toKey, 'readJobs', unfinishedKey, toKey(''), 0, ...ids)) as (JobRow | null)[]
    for (const [index, row] of rows.entries()) if (row) yield [row, String(start + index + 1)]
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
  { after = '0//', until }: { readonly after?: string | undefined; readonly until?: readonly Place[] | undefined },
): AsyncGenerator<[JobRow, string]> {
  const [number, score, id] = after.split('/') as [string, string, string]
  for (const [index, { key, states }] of sources.entries()) {
    if (index < Number(number) || (state !== undefined && !(states as readonly string[]).includes(state))) continue
    const place = index === Number(number) ? { score, id } : { score: '', id: '' }
    const end = until?.[index]
    for await (const row of readSource(store, key, place)) {
      // Something finished may linger among the unfinished; it is found where it belongs.
      const isOfSource = (states as readonly string[]).includes(row[1])
      if (!isOfSource) continue
      if (end !== undefined && isBehind(toPlace(row), end)) break
      yield [row, `${index}/${toPlace(row).score}/${row[0]}`]
    }
  }
}

/** Where an entry of a sorted set stands. */
export interface Place {
  readonly score: string
  readonly id: string
}

async function* readSource({ redis, toKey }: OpenQueue, key: string, after: Place): AsyncGenerator<JobRow> {
  let position = after
  // What has gone meanwhile is looked for by its score alone: others of that score come again.
  let seen = after
  for (;;) {
    const page = await runScript(redis, toKey, 'readPage', key, toKey(''), position.score, position.id, atOnce)
    const [score, id, rows] = page as [string, string, JobRow[]] | [undefined, undefined, undefined]
    if (rows === undefined) return
    for (const row of rows) if (isBehind(toPlace(row), seen)) yield row
    position = { score, id }
    if (isBehind(position, seen)) seen = position
  }
}

// By bytes, as Redis sorts. In its scripts texts compare by the language of its machine.
function isBehind(one: Place, other: Place): boolean {
  return one.score === other.score ? one.id > other.id : Number(one.score) > Number(other.score)
}

// The sorted sets are scored by these times.
function toPlace([id, state, , , , timestamp, , finishedOn]: JobRow): Place {
  return { id, score: (state === 'done' || state === 'dead' ? finishedOn : timestamp) ?? '0' }
}

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
