import type { EventFilter, EventPage, Page, StoredEvent } from '../engine.ts'
import { readHistory } from './history.ts'
import { unfinishedKey } from './keys.ts'
import type { OpenQueue } from './open.ts'
import { isJobData, toFailure, toJobId, toStoredEvent } from './rows.ts'
import { runScript, type JobRow } from './scripts.ts'
import { walkJobs, type Looks, type Way } from './walk.ts'

/** An event, the id of its job, and where a listing goes on after it. */
export interface Found {
  readonly id: string
  readonly event: StoredEvent
  readonly cursor: string
}

/** One event with its body. */
export async function readEvent({ redis, toKey }: OpenQueue, key: string): Promise<StoredEvent | undefined> {
  const values = [toKey(''), 1, toJobId(key)]
  const [row] = (await runScript(redis, toKey, 'readJobs', unfinishedKey, ...values)) as (JobRow | null)[]
  const event = row ? toEvent(row) : undefined
  const past = row?.[9]
  return event && past ? { ...event, history: readHistory(event, past) } : event
}

/** One page of a listing. */
export async function readPage(
  store: OpenQueue,
  { limit = 50, after, sort = 'oldest', mostLooks = Infinity, ...filter }: EventFilter & Page,
): Promise<EventPage> {
  const events: StoredEvent[] = []
  const looks: Looks = { left: mostLooks }
  let last: string | undefined
  for await (const { event, cursor } of findEvents(store, filter, { after, sort, looks })) {
    if (events.length === limit) return { events, next: last }
    events.push(event)
    last = cursor
  }
  const { endedAt: next } = looks
  if (next === undefined) return { events }
  if (events.length === limit) return { events, next }
  return { events, next, looked: mostLooks - looks.left, lookedTo: looks.storedAt }
}

/**
 * Every event of a filter, without bodies: the dead and the done of a filter with `state` by when they ended, others by when they
 * were stored. With `end`, an event that changes its state meanwhile may come twice.
 */
export async function* findEvents(
  store: Pick<OpenQueue, 'redis' | 'toKey'>,
  filter: EventFilter,
  way: Way,
): AsyncGenerator<Found> {
  for await (const [row, cursor] of walkJobs(store, filter, way)) {
    const event = toEvent(row)
    if (event && matches(event, filter)) yield { id: row[0], event, cursor }
  }
}

function toEvent(row: JobRow): StoredEvent | undefined {
  const [, state, delayedScore, text, name, timestamp, attempts, finishedOn, failedReason, , failure] = row
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
    failure: state === 'pending' || state === 'dead' ? toFailure(failedReason, failure) : undefined,
  })
}

function toDueAt(delayedScore: string | null, timestamp: string): number {
  return delayedScore === null ? Number(timestamp) : Math.floor(Number(delayedScore) / 4096)
}

const equal = ['state', 'provider', 'type', 'tenant', 'orderKey'] as const

function matches(event: StoredEvent, filter: EventFilter): boolean {
  const { since, until, failure, search } = filter
  return (
    equal.every((member) => filter[member] === undefined || event[member] === filter[member]) &&
    (since === undefined || event.storedAt >= since) &&
    (until === undefined || event.storedAt < until) &&
    (failure === undefined ||
      (typeof failure === 'string' ? event.failure === failure : (event.failure !== undefined) === failure)) &&
    (search === undefined || `${event.id} ${event.type} ${event.error ?? ''}`.includes(search))
  )
}
