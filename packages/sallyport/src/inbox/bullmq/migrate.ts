import { namesKey, retryingKey, storedKey, unfinishedKey } from './keys.ts'
import type { OpenQueue } from './open.ts'
import { toName } from './names.ts'
import { findEvents } from './reader.ts'
import { mostScanned } from '../scan.ts'

type Store = Pick<OpenQueue, 'redis' | 'toKey'>

const atOnce = 1_000

/** Brings a queue of an older format forward. Processes may do it at the same time, and again after a crash. */
export async function migrate(store: Store, from: number): Promise<void> {
  if (from < 2) for (const name of [unfinishedKey, 'failed', 'completed']) await addStored(store, name)
  await addRetrying(store)
  await addNames(store)
}

/** Notes the jobs of a sorted set as stored. */
async function addStored({ redis, toKey }: Store, name: string): Promise<void> {
  for await (const entries of scan({ redis, toKey }, name)) {
    const times = await Promise.all(entries.map(([id]) => redis.hget(toKey(id), 'timestamp')))
    const stored = entries.flatMap(([id], index) => (times[index] ? [times[index], id] : []))
    if (stored.length > 0) await redis.zadd(toKey(storedKey), 'NX', ...stored)
  }
}

/** Notes the unfinished jobs that failed. */
async function addRetrying({ redis, toKey }: Store): Promise<void> {
  for await (const entries of scan({ redis, toKey }, unfinishedKey)) {
    const errors = await Promise.all(entries.map(([id]) => redis.hexists(toKey(id), 'failedReason')))
    const failing = entries.flatMap(([id, score], index) => (errors[index] === 1 ? [score, id] : []))
    if (failing.length > 0) await redis.zadd(toKey(retryingKey), 'NX', ...failing)
  }
}

/** Notes providers and types of the latest jobs. */
async function addNames(store: Store): Promise<void> {
  const names = new Set<string>()
  const way = { sort: 'newest', looks: { left: mostScanned } } as const
  for await (const { event } of findEvents(store, {}, way)) names.add(toName(event.provider, event.type))
  const { redis, toKey } = store
  const now = Date.now()
  if (names.size > 0) await redis.zadd(toKey(namesKey), ...[...names].flatMap((name) => [now, name]))
}

async function* scan({ redis, toKey }: Store, name: string): AsyncGenerator<[id: string, score: string][]> {
  let cursor = '0'
  do {
    const [next, page] = await redis.zscan(toKey(name), cursor, 'COUNT', atOnce)
    yield page.flatMap((id, index): [string, string][] => (index % 2 === 0 ? [[id, page[index + 1]!]] : []))
    cursor = next
  } while (cursor !== '0')
}
