import type { Engine, EventFilter } from 'sallyport/inbox'
import { expect, it } from 'vitest'
import { seed, type Seed } from './seeding.ts'
import type { EngineSubject } from './subject.ts'
import { newEvent, useStores } from './test-store.ts'

const seeds: readonly Seed[] = [
  { event: newEvent(1, { tenant: 'acme', orderKey: 'a' }), end: 'dead', message: 'no customer cus_1' },
  { event: newEvent(2, { tenant: 'acme', orderKey: 'b' }), end: 'dead', message: 'no customer cus_2' },
  { event: newEvent(3, { tenant: 'other', orderKey: 'a', provider: 'second' }), end: 'retrying', message: 'timeout' },
  { event: newEvent(4, { tenant: 'acme', type: 'thing.vanished' }), end: 'done' },
  { event: newEvent(5), end: 'pending' },
  { event: newEvent(6, { tenant: 'other', orderKey: 'c' }), end: 'pending' },
]
const customer = 'RejectError: no customer …'

const cases: readonly (readonly [name: string, filter: EventFilter, found: readonly number[]])[] = [
  ['tenant', { tenant: 'acme' }, [1, 2, 4]],
  ['order key', { orderKey: 'a' }, [1, 3]],
  ['tenant and order key', { tenant: 'acme', orderKey: 'a' }, [1]],
  ['an unknown tenant', { tenant: 'ACME' }, []],
  ['a failure', { failure: customer }, [1, 2]],
  ['any failure', { failure: true }, [1, 2, 3]],
  ['failure and state', { failure: true, state: 'pending' }, [3]],
  ['failure and tenant', { failure: customer, tenant: 'other' }, []],
  ['failure of a done event', { failure: true, state: 'done' }, []],
  ['failure and provider', { failure: 'Error: timeout', provider: 'second' }, [3]],
  ['no failure', { failure: false }, [4, 5, 6]],
  ['no failure and state', { failure: false, state: 'pending' }, [5, 6]],
  ['no failure and tenant', { failure: false, tenant: 'other' }, [6]],
  ['failure and keys', { failure: true, keys: ['key-2', 'key-5'] }, [2]],
]

const toKeys = (numbers: readonly number[]): string[] => numbers.map((n) => `key-${n}`)

async function listKeys(engine: Engine, filter: EventFilter): Promise<string[]> {
  return (await engine.list(filter)).events.map(({ key }) => key).toSorted()
}

/** Which events a filter selects, to list, count, replay and discard. */
export function checkFilters(subject: EngineSubject): void {
  const useStore = useStores(subject)

  it('lists and counts by tenant, order key and failure', async () => {
    const engine = await seed(await useStore(), seeds)
    for (const [name, filter, found] of cases) {
      expect([name, await listKeys(engine, filter)]).toEqual([name, toKeys(found)])
      expect([name, await engine.count(filter)]).toEqual([name, { count: found.length, isExact: true }])
    }
    const { events } = await engine.list({ failure: true })
    expect(Object.fromEntries(events.map(({ key, failure }) => [key, failure]))).toEqual({
      'key-1': customer,
      'key-2': customer,
      'key-3': 'Error: timeout',
    })
    expect((await engine.get('key-1'))!.failure).toBe(customer)
    for (const n of [4, 5]) expect((await engine.get(`key-${n}`))!.failure).toBeUndefined()
  })

  it('lists and counts what was stored before a time', async () => {
    const { engine } = await useStore()
    for (let n = 0; n < 6; n++) {
      await engine.insert([newEvent(n)])
      const { storedAt } = (await engine.get(`key-${n}`))!
      // The store may have its own clock: the next event has a later time in any.
      await expect.poll(() => Date.now()).toBeGreaterThan(storedAt + 5)
    }
    const { events } = await engine.list()
    for (const { storedAt: until } of events) {
      const before = events.filter(({ storedAt }) => storedAt < until).map(({ key }) => key)
      expect(await listKeys(engine, { until })).toEqual(before)
      expect(await engine.count({ until })).toEqual({ count: before.length, isExact: true })
      expect(await listKeys(engine, { since: until, until: until + 1 })).toHaveLength(1)
      expect(await listKeys(engine, { since: until, until })).toEqual([])
    }
    expect(await listKeys(engine, { until: Date.now() + 60_000 })).toHaveLength(6)
  })

  it.each(cases)('replays and discards by %s', async (_name, filter, found) => {
    const engine = await seed(await useStore(), seeds)
    const before = await readStates(engine)
    const replayed = found.filter((n) => n === 1 || n === 2 || n === 4)
    expect(await engine.replay(filter)).toBe(replayed.length)
    for (const n of replayed) before.set(`key-${n}`, 'pending')
    expect(await readStates(engine)).toEqual(before)
    expect(await engine.replay(filter)).toBe(0)
    // Those that were replayed have failed no more.
    const mustFail = filter.failure !== undefined && filter.failure !== false
    const discarded = mustFail ? found.filter((n) => n === 3) : found
    expect(await engine.discard(filter)).toBe(discarded.length)
    for (const n of discarded) before.delete(`key-${n}`)
    expect(await readStates(engine)).toEqual(before)
  })

  it('replays and discards what was stored before a time', async () => {
    const { engine } = await useStore()
    await engine.insert([newEvent(1)])
    const { storedAt } = (await engine.get('key-1'))!
    await expect.poll(() => Date.now()).toBeGreaterThan(storedAt + 5)
    await engine.insert([newEvent(2)])
    expect(await engine.discard({ until: storedAt })).toBe(0)
    expect(await engine.discard({ until: storedAt + 1 })).toBe(1)
    expect(await listKeys(engine, {})).toEqual(['key-2'])
  })
}

async function readStates(engine: Engine): Promise<Map<string, string>> {
  return new Map((await engine.list()).events.map(({ key, state }) => [key, state]))
}
