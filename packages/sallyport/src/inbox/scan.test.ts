import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EventFilter, EventPage, FailureGroup, Page, StoredEvent } from './engine.ts'
import { countByList, groupByList, mostGroups, mostScanned, namesByList, toFailures } from './scan.ts'

/** A store of so many events, all dead unless said otherwise; `matches` says which one listing finds. */
function createStore(
  size: number,
  {
    matches = () => true,
    describe: toEvent = () => ({}),
  }: { matches?: (n: number, query: EventFilter) => boolean; describe?: (n: number) => Partial<StoredEvent> } = {},
) {
  const calls: (EventFilter & Page)[] = []
  let looks = 0
  async function list(query: EventFilter & Page = {}): Promise<EventPage> {
    calls.push(query)
    const { limit = 50, mostLooks = Infinity, after } = query
    const events: StoredEvent[] = []
    // Newest first.
    let n = after === undefined ? size - 1 : Number(after)
    let looked = 0
    for (; n >= 0 && events.length < limit; n--) {
      if (looked === mostLooks) return { events, next: String(n), looked }
      looked++
      looks++
      const event = { key: `key-${n}`, provider: 'p', type: 't', storedAt: n, state: 'dead', ...toEvent(n) }
      if (matches(n, query) && (query.state === undefined || event.state === query.state))
        events.push(event as StoredEvent)
    }
    return n >= 0 ? { events, next: String(n) } : { events }
  }
  return { list, calls, looks: () => looks }
}

describe('countByList', () => {
  it.each([
    [0, 10, { count: 0, isExact: true }],
    [9, 10, { count: 9, isExact: true }],
    [10, 10, { count: 10, isExact: true }],
    [11, 10, { count: 10, isExact: false }],
    [1_201, 2_000, { count: 1_201, isExact: true }],
  ])('counts %i events up to %i', async (size, most, expected) => {
    expect(await countByList(createStore(size).list, {}, most)).toEqual(expected)
  })

  it('agrees with a model', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(3_000),
        fc.integer({ min: 1, max: 2_000 }),
        fc.integer({ min: 1, max: 9 }),
        async (...given) => {
          const [size, most, step] = given
          const store = createStore(size, { matches: (n) => n % step === 0 })
          const total = Math.ceil(size / step)
          const { count, isExact } = await countByList(store.list, { type: 't' }, most)
          expect(count).toBe(Math.min(total, most))
          // It may not know that it was the last.
          expect(isExact && total > most).toBe(false)
          if (total < most) expect(isExact).toBe(true)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('looks at a bounded number of events', async () => {
    const store = createStore(50_000, { matches: (n) => n === 45_000 || n === 3 })
    expect(await countByList(store.list, { search: 'x' }, 100)).toEqual({ count: 1, isExact: false })
    expect(store.looks()).toBeLessThanOrEqual(mostScanned)
  })

  it('passes the filter on', async () => {
    const store = createStore(1_100)
    await countByList(store.list, { provider: 'p', tenant: 'a' }, 10_000)
    expect(store.calls.length).toBeGreaterThan(1)
    for (const call of store.calls) expect(call).toMatchObject({ provider: 'p', tenant: 'a', sort: 'newest' })
  })
})

describe('groupByList', () => {
  it('groups by failure, provider and type, the largest first', async () => {
    const events: Partial<StoredEvent>[] = [
      { failure: 'A', state: 'dead' },
      { failure: 'B', state: 'dead' },
      { failure: 'B', state: 'pending' },
      { failure: 'A', state: 'dead', type: 'other' },
      { failure: 'B', state: 'dead' },
    ]
    const { list } = createStore(events.length, { describe: (n) => events[n]! })
    expect(await groupByList(list, {})).toEqual({
      isExact: true,
      groups: [
        { failure: 'B', provider: 'p', type: 't', dead: 2, retrying: 1, firstAt: 1, lastAt: 4, sample: 'key-4' },
        { failure: 'A', provider: 'p', type: 'other', dead: 1, retrying: 0, firstAt: 3, lastAt: 3, sample: 'key-3' },
        { failure: 'A', provider: 'p', type: 't', dead: 1, retrying: 0, firstAt: 0, lastAt: 0, sample: 'key-0' },
      ],
    })
  })

  it('keeps names apart that look alike when joined', async () => {
    const odd = ['a', 'a","b', '["a', '__proto__', '']
    const { list } = createStore(odd.length ** 2, {
      describe: (n) => ({ provider: odd[n % odd.length]!, type: odd[Math.floor(n / odd.length)]!, failure: 'F' }),
    })
    const { groups } = await groupByList(list, {})
    expect(groups).toHaveLength(odd.length ** 2)
  })

  it('says when it did not look at every event', async () => {
    const store = createStore(30_000, { matches: (n) => n % 1_000 === 0, describe: () => ({ failure: 'A' }) })
    const { groups, isExact } = await groupByList(store.list, {})
    expect(isExact).toBe(false)
    expect(groups).toHaveLength(1)
    // Of each state.
    expect(store.looks()).toBeLessThanOrEqual(2 * mostScanned)
  })
})

describe('toFailures', () => {
  const group = (n: number): FailureGroup => ({
    failure: `F${n}`,
    provider: 'p',
    type: 't',
    dead: n,
    retrying: 0,
    firstAt: 0,
    lastAt: n,
    sample: 'key',
  })

  it('keeps the largest groups, and says that there were more', () => {
    const groups = Array.from({ length: mostGroups + 1 }, (_, n) => group(n))
    const failures = toFailures(groups, true)
    expect(failures.groups).toHaveLength(mostGroups)
    expect(failures.groups[0]!.dead).toBe(mostGroups)
    expect(failures.groups.at(-1)!.dead).toBe(1)
    expect(failures.isExact).toBe(false)
    expect(toFailures(groups.slice(1), true).isExact).toBe(true)
    expect(toFailures(groups.slice(1), false).isExact).toBe(false)
  })
})

describe('namesByList', () => {
  it('names providers and types once', async () => {
    const { list } = createStore(1_200, { describe: (n) => ({ provider: `p${n % 2}`, type: `t${n % 3}` }) })
    const { providers, types, isComplete } = await namesByList(list)
    expect(providers).toEqual(['p0', 'p1'])
    expect(types).toHaveLength(6)
    expect(isComplete).toBe(true)
  })

  it('says when there may be more', async () => {
    expect((await namesByList(createStore(mostScanned + 500).list)).isComplete).toBe(false)
  })
})
