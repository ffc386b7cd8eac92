import { Job } from 'bullmq'
import type { ChangeOptions, EventCount, EventFilter, EventState, InboxStats } from '../engine.ts'
import { countByList, countWithoutFailure } from '../scan.ts'
import { isRefused } from './errors.ts'
import { findEvents, readPage } from './reader.ts'
import { runScript } from './scripts.ts'
import { retryingKey, storedKey, unfinishedKey } from './keys.ts'
import type { OpenQueue } from './open.ts'
import { findEnd } from './walk.ts'

const atOnce = 100
const tidyAtOnce = 500
const askedAtOnce = 500

/** Makes finished events pending again. */
export async function replayEvents(store: OpenQueue, filter: EventFilter, how: ChangeOptions = {}): Promise<number> {
  const { redis, queue, toKey } = store
  return forEach(store, filter, how, ['dead', 'done'], async ({ id, state, storedAt }) => {
    // Before, so that no unfinished job is missing there; and after, because upkeep may remove it in between.
    await redis.zadd(toKey(unfinishedKey), storedAt, id)
    await runScript(redis, toKey, 'beginReplay', retryingKey, toKey(id), id)
    const from = state === 'dead' ? 'failed' : 'completed'
    await new Job(queue, '', undefined, {}, id).retry(from, { resetAttemptsMade: true, resetAttemptsStarted: true })
    await redis.zadd(toKey(unfinishedKey), storedAt, id)
    return true
  })
}

/** Removes events whose handlers are not running. */
export async function discardEvents(store: OpenQueue, filter: EventFilter, how: ChangeOptions = {}): Promise<number> {
  // What a consumer holds is locked, and stays.
  const { redis, queue, toKey } = store
  return forEach(store, filter, how, ['pending', 'dead', 'done'], async ({ id }) => {
    const isRemoved = (await queue.remove(id)) === 1
    if (isRemoved)
      for (const key of [storedKey, retryingKey]) await runScript(redis, toKey, 'forgetGone', key, toKey(''), id)
    return isRemoved
  })
}

interface Chosen {
  readonly id: string
  readonly state: EventState
  readonly storedAt: number
}

/** Does something to each event of a filter; resolves to how many it was done to. */
async function forEach(
  store: OpenQueue,
  filter: EventFilter,
  { signal, onProgress }: ChangeOptions,
  states: readonly EventState[],
  act: (chosen: Chosen) => Promise<boolean>,
): Promise<number> {
  // Some at a time. The end is where the store ends now, so that an event that ends again meanwhile is not changed twice.
  const end = filter.keys === undefined ? await findEnd(store) : undefined
  let chosen: Chosen[] = []
  let count = 0
  async function flush(): Promise<void> {
    const done = await Promise.all(chosen.map((each) => act(each).catch(unlessChanged)))
    chosen = []
    count += done.filter(Boolean).length
    onProgress?.(count)
  }
  for await (const { id, event } of findEvents(store, filter, {
    sort: 'oldest',
    end,
    looks: { left: Infinity },
    signal,
  })) {
    if (!states.includes(event.state)) continue
    chosen.push({ id, state: event.state, storedAt: event.storedAt })
    if (chosen.length === atOnce) await flush()
    if (signal?.aborted) return count
  }
  if (chosen.length > 0 && !signal?.aborted) await flush()
  return count
}

// The event was claimed, replayed or removed in between.
function unlessChanged(error: unknown): false {
  if (isRefused(error)) return false
  throw error
}

/** Counts what matches; what Redis does not count by itself, up to a bound of looks. */
export async function countEvents(store: OpenQueue, filter: EventFilter, most: number): Promise<EventCount> {
  if (filter.failure === false)
    return countWithoutFailure((each, bound) => countEvents(store, each, bound), filter, most)
  const { state, failure, ...others } = filter
  const isOpen = Object.values(others).every((value) => value === undefined)
  if (failure === undefined && isOpen) {
    const counts = await countStates(store)
    const count = state === undefined ? Object.values(counts).reduce((sum, some) => sum + some) : counts[state]
    return { count: Math.min(count, most), isExact: count <= most }
  }
  const list = (query: Parameters<typeof readPage>[1]) => readPage(store, query)
  // Those that fail are found by their state.
  if (failure === undefined || state !== undefined || others.keys !== undefined) return countByList(list, filter, most)
  const dead = await countByList(list, { ...filter, state: 'dead' }, most)
  if (dead.count === most && !dead.isExact) return dead
  const retrying = await countByList(list, { ...filter, state: 'pending' }, most)
  const count = dead.count + retrying.count
  return { count: Math.min(count, most), isExact: dead.isExact && retrying.isExact && count <= most }
}

export async function readStats(store: OpenQueue): Promise<InboxStats> {
  const { redis, toKey } = store
  const counts = await countStates(store)
  let oldest: string
  do {
    oldest = String(await runScript(redis, toKey, 'findOldest', unfinishedKey, toKey(''), tidyAtOnce))
  } while (oldest === 'more')
  return {
    counts,
    oldestPendingMs: oldest === 'none' ? undefined : Math.max(0, Date.now() - Number(oldest)),
    retrying: Number(await runScript(redis, toKey, 'countRetrying', retryingKey, toKey(''), askedAtOnce)),
  }
}

async function countStates({ queue }: OpenQueue): Promise<Record<EventState, number>> {
  const counts = await queue.getJobCounts('wait', 'delayed', 'prioritized', 'active', 'completed', 'failed')
  const sum = (...names: string[]): number => names.reduce((total, name) => total + (counts[name] ?? 0), 0)
  return {
    pending: sum('wait', 'delayed', 'prioritized'),
    active: sum('active'),
    done: sum('completed'),
    dead: sum('failed'),
  }
}
