import type { Engine, EventFilter, Page } from 'sallyport/inbox'
import { expect, it } from 'vitest'
import type { EngineSubject } from './subject.ts'
import { newEvent, useStores } from './test-store.ts'

const total = 60
// One event in twelve matches.
const isRare = (n: number): boolean => n % 12 === 7
const rare = Array.from({ length: total }, (_, n) => n)
  .filter(isRare)
  .map((n) => `key-${n}`)

async function fill(engine: Engine): Promise<void> {
  const events = Array.from({ length: total }, (_, n) =>
    newEvent(n, isRare(n) ? { id: `needle-${n}`, tenant: 'rare' } : { tenant: 'common' }),
  )
  for (let start = 0; start < total; start += 10) await engine.insert(events.slice(start, start + 10))
}

/** Bounds on how many events a listing and a count look at. */
export function checkLooks(subject: EngineSubject): void {
  const useStore = useStores(subject)

  it('finds each match once through pages with few looks', async () => {
    const { engine } = await useStore()
    await fill(engine)
    for (const filter of [{ search: 'needle' }, { tenant: 'rare' }, { search: 'needle', state: 'pending' }] as const)
      for (const sort of ['oldest', 'newest'] as const)
        for (const mostLooks of [1, 4, 25, 1_000])
          for (const limit of [1, 3, 50]) {
            const keys = await walk(engine, { ...filter, sort, mostLooks, limit })
            expect(keys).toEqual(sort === 'oldest' ? rare : rare.toReversed())
          }
  })

  it('says how many events it looked at, where that ended a page', async () => {
    const { engine } = await useStore()
    await fill(engine)
    const page = await engine.list({ search: 'needle', mostLooks: 5 })
    expect(page).toMatchObject({ events: [], looked: 5, next: expect.any(String) })
    const fifth = (await engine.list({ limit: 5 })).events.at(-1)!
    expect(page.lookedTo).toBe(fifth.storedAt)
    const whole = await engine.list({ search: 'needle', mostLooks: 1_000 })
    expect(whole.events).toHaveLength(rare.length)
    expect([whole.next, whole.looked]).toEqual([undefined, undefined])
    const full = await engine.list({ limit: 3, mostLooks: 1_000 })
    expect(full.events).toHaveLength(3)
    expect(full.looked).toBeUndefined()
  })

  it('counts up to a bound', async () => {
    const { engine } = await useStore()
    await fill(engine)
    expect(await engine.count()).toEqual({ count: total, isExact: true })
    expect(await engine.count({}, { most: total })).toEqual({ count: total, isExact: true })
    expect(await engine.count({ type: 'thing.happened' }, { most: 7 })).toEqual({ count: 7, isExact: false })
    expect(await engine.count({}, { most: 1 })).toEqual({ count: 1, isExact: false })
    expect(await engine.count({ search: 'needle' }, { most: 5 })).toEqual({ count: 5, isExact: true })
    expect(await engine.count({ search: 'needle' }, { most: 4 })).toEqual({ count: 4, isExact: false })
    expect(await engine.count({ search: 'missing' })).toEqual({ count: 0, isExact: true })
    expect(await engine.count({ state: 'pending' })).toEqual({ count: total, isExact: true })
    expect(await engine.count({ state: 'dead' })).toEqual({ count: 0, isExact: true })
    expect(await engine.count({ keys: ['key-1', 'key-1', 'missing'] })).toEqual({ count: 1, isExact: true })
    expect(await engine.count({ keys: ['key-1', 'key-2'], state: 'dead' })).toEqual({ count: 0, isExact: true })
  })
}

/** The keys of a whole listing, which ends in as many pages as its bounds need. */
async function walk(engine: Engine, query: EventFilter & Page): Promise<string[]> {
  const keys: string[] = []
  let after: string | undefined
  let pages = 0
  do {
    const page = await engine.list({ ...query, after })
    expect(page.events.length).toBeLessThanOrEqual(query.limit!)
    expect(page.looked ?? 0).toBeLessThanOrEqual(query.mostLooks!)
    // A short page that goes on says that its looks were spent.
    if (page.next !== undefined && page.events.length < query.limit!) expect(page.looked).toBeGreaterThan(0)
    keys.push(...page.events.map(({ key }) => key))
    after = page.next
    expect(++pages).toBeLessThanOrEqual(total + 1)
  } while (after !== undefined)
  return keys
}
