import { RejectError } from 'sallyport'
import type { Engine, EventFilter, Page } from 'sallyport/inbox'
import { expect, it } from 'vitest'
import type { EngineSubject } from './subject.ts'
import { consume, newEvent, useStores } from './test-store.ts'

const ways = ['oldest', 'newest'] as const

const keysOf = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `key-${from + index}`)

/** Both ways through a store, a page at a time, while it changes. */
export function checkListing(subject: EngineSubject): void {
  const useStore = useStores(subject)

  it('lists the oldest first', async () => {
    const { engine } = await useStore()
    await fill(engine, 0, 7)
    expect(await listKeys(engine, {})).toEqual(keysOf(0, 7))
    expect(await listKeys(engine, { sort: 'oldest', limit: 3 })).toEqual(keysOf(0, 7))
  })

  it('lists the newest first where asked', async () => {
    const { engine } = await useStore()
    await fill(engine, 0, 7)
    const newest = keysOf(0, 7).toReversed()
    for (const limit of [1, 3, 7, 50]) expect(await listKeys(engine, { sort: 'newest', limit })).toEqual(newest)
  })

  it.each<[name: string, filter: EventFilter, found: readonly string[]]>([
    ['state', { state: 'pending' }, keysOf(0, 7)],
    ['provider', { provider: 'even' }, ['key-0', 'key-2', 'key-4', 'key-6']],
    ['type', { type: 'thing.0' }, ['key-0', 'key-3', 'key-6']],
    ['time', { since: 0 }, keysOf(0, 7)],
    ['text', { search: 'id-' }, keysOf(0, 7)],
    ['key', { keys: ['key-5', 'key-1', 'missing', 'key-3', 'key-5'] }, ['key-1', 'key-3', 'key-5']],
    ['all of them', { state: 'pending', provider: 'even', type: 'thing.0', since: 0 }, ['key-0', 'key-6']],
  ])('lists both ways by %s', async (_name, filter, found) => {
    const { engine } = await useStore()
    await fill(engine, 0, 7)
    for (const limit of [1, 2, 50]) {
      expect(await listKeys(engine, { ...filter, limit })).toEqual(found)
      expect(await listKeys(engine, { ...filter, limit, sort: 'newest' })).toEqual(found.toReversed())
    }
  })

  it.each(ways)('lists each event once while the store changes: %s', async (sort) => {
    const { engine } = await useStore()
    await fill(engine, 0, 30)
    let added = 30
    const listed = await listKeys(engine, { sort, limit: 4 }, async (page) => {
      await fill(engine, added, (added += 2))
      // The first page is of pending events; the second of events that are on their way.
      if (page === 1) {
        const outcomes = await consume(engine, endSome, { concurrency: 2 })
        await outcomes.until(10)
      }
      if (page === 3) expect(await engine.replay({ keys: keysOf(0, 30) })).toBeGreaterThan(0)
      if (page === 4) expect(await engine.discard({ keys: ['key-30'] })).toBeGreaterThanOrEqual(0)
    })
    const before = keysOf(0, 30)
    expect(listed.filter((key) => before.includes(key))).toEqual(sort === 'oldest' ? before : before.toReversed())
    expect(new Set(listed).size).toBe(listed.length)
    // What was stored meanwhile is behind the last page, or before the first.
    expect(listed.slice(30).every((key) => !before.includes(key))).toBe(true)
    if (sort === 'newest') expect(listed).toHaveLength(30)
  })

  it.each(ways)('lists each dead event once while more die: %s', async (sort) => {
    const { engine } = await useStore()
    await fill(engine, 0, 12)
    const outcomes = await consume(engine, die)
    await outcomes.until(12, 'dead')
    let added = 12
    const listed = await listKeys(engine, { state: 'dead', sort, limit: 3 }, async (page) => {
      if (page > 3) return
      await fill(engine, added, (added += 2))
      await outcomes.until(added, 'dead')
    })
    expect(listed).toEqual(expect.arrayContaining(keysOf(0, 12)))
    expect(new Set(listed).size).toBe(listed.length)
    if (sort === 'newest') expect(listed).toHaveLength(12)
  })

  it.each(ways)('goes on behind an event that is gone: %s', async (sort) => {
    const { engine } = await useStore()
    await fill(engine, 0, 9)
    const listed = await listKeys(engine, { sort, limit: 2 }, async (_page, keys) => {
      await engine.discard({ keys })
    })
    expect(listed).toEqual(sort === 'oldest' ? keysOf(0, 9) : keysOf(0, 9).toReversed())
  })
}

/** Stores events in two calls, the first of several at once. */
async function fill(engine: Engine, from: number, to: number): Promise<void> {
  const events = Array.from({ length: to - from }, (_, index) => {
    const n = from + index
    return newEvent(n, { provider: n % 2 === 0 ? 'even' : 'odd', type: `thing.${n % 3}` })
  })
  await engine.insert(events.slice(0, -1))
  await engine.insert(events.slice(-1))
}

/** The keys of a whole listing. @param between is called after each page but the last, and awaited */
async function listKeys(
  engine: Engine,
  query: EventFilter & Page,
  between?: (page: number, keys: readonly string[]) => Promise<void>,
): Promise<string[]> {
  const keys: string[] = []
  let after: string | undefined
  let number = 0
  do {
    const page = await engine.list({ ...query, after })
    expect(page.events.length).toBeLessThanOrEqual(query.limit ?? 50)
    const some = page.events.map(({ key }) => key)
    keys.push(...some)
    after = page.next
    if (after !== undefined) await between?.(++number, some)
  } while (after !== undefined)
  return keys
}

/** A third dies, the others are done. */
async function endSome({ type }: { readonly type: string }): Promise<void> {
  if (type === 'thing.0') throw new RejectError('no')
}

async function die(): Promise<void> {
  throw new RejectError('no')
}
