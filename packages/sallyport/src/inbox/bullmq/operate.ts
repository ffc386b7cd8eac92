import { Job } from 'bullmq'
import type { EventFilter, EventState, InboxStats } from '../engine.ts'
import { isRefused } from './errors.ts'
import { findEnd, findEvents } from './reader.ts'
import { runScript } from './scripts.ts'
import { storedKey, unfinishedKey, type OpenQueue } from './open.ts'

const atOnce = 100
const tidyAtOnce = 500

/** Makes finished events pending again. */
export async function replayEvents(store: OpenQueue, filter: EventFilter): Promise<number> {
  const { redis, queue, toKey } = store
  return forEach(store, filter, ['dead', 'done'], async ({ id, state, storedAt }) => {
    // Before, so that no unfinished job is missing there; and after, because upkeep may remove it in between.
    await redis.zadd(toKey(unfinishedKey), storedAt, id)
    if (state === 'done') await runScript(redis, toKey, 'keepHandled', id, id)
    const from = state === 'dead' ? 'failed' : 'completed'
    await new Job(queue, '', undefined, {}, id).retry(from, { resetAttemptsMade: true, resetAttemptsStarted: true })
    await redis.zadd(toKey(unfinishedKey), storedAt, id)
    return true
  })
}

/** Removes events whose handlers are not running. */
export async function discardEvents(store: OpenQueue, filter: EventFilter): Promise<number> {
  // What a consumer holds is locked, and stays.
  const { redis, queue, toKey } = store
  return forEach(store, filter, ['pending', 'dead', 'done'], async ({ id }) => {
    const isRemoved = (await queue.remove(id)) === 1
    if (isRemoved) await runScript(redis, toKey, 'forgetGone', storedKey, toKey(''), id)
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
  states: readonly EventState[],
  act: (chosen: Chosen) => Promise<boolean>,
): Promise<number> {
  // Some at a time. The end is where the store ends now, so that an event that ends again meanwhile is not changed twice.
  const until = filter.keys === undefined ? await findEnd(store) : undefined
  let chosen: Chosen[] = []
  let count = 0
  async function flush(): Promise<void> {
    const done = await Promise.all(chosen.map((each) => act(each).catch(unlessChanged)))
    chosen = []
    count += done.filter(Boolean).length
  }
  for await (const { id, event } of findEvents(store, filter, { until })) {
    if (!states.includes(event.state)) continue
    chosen.push({ id, state: event.state, storedAt: event.storedAt })
    if (chosen.length === atOnce) await flush()
  }
  await flush()
  return count
}

// The event was claimed, replayed or removed in between.
function unlessChanged(error: unknown): false {
  if (isRefused(error)) return false
  throw error
}

export async function readStats({ redis, queue, toKey }: OpenQueue): Promise<InboxStats> {
  const counts = await queue.getJobCounts('wait', 'delayed', 'prioritized', 'active', 'completed', 'failed')
  const sum = (...names: string[]): number => names.reduce((total, name) => total + (counts[name] ?? 0), 0)
  let oldest: string
  do {
    oldest = String(await runScript(redis, toKey, 'findOldest', unfinishedKey, toKey(''), tidyAtOnce))
  } while (oldest === 'more')
  return {
    counts: {
      pending: sum('wait', 'delayed', 'prioritized'),
      active: sum('active'),
      done: sum('completed'),
      dead: sum('failed'),
    },
    oldestPendingMs: oldest === 'none' ? undefined : Math.max(0, Date.now() - Number(oldest)),
  }
}
