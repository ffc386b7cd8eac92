import type { InboxEvent } from 'sallyport'
import type { Engine, EventFilter, StoredEvent } from 'sallyport/inbox'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { seed, type Seed } from './seeding.ts'
import type { EngineSubject } from './subject.ts'
import { newEvent, useStores } from './test-store.ts'

const names = ['a', 'b', 'A', 'a b', "'", '%', '_', 'ü', '\\', '"']
const messages = ['no order 1', 'no order 2', 'timeout', "it's \u0000 odd 50%", 'ünï\nsecond line']

const name = fc.constantFrom(...names)
const some = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })

const seeds: fc.Arbitrary<readonly Seed[]> = fc
  .array(
    fc.record({
      provider: name,
      type: name,
      id: name,
      tenant: some(name),
      orderKey: some(name),
      end: fc.constantFrom('pending', 'retrying', 'dead', 'done'),
      message: fc.constantFrom(...messages),
    }),
    { minLength: 5, maxLength: 40 },
  )
  .map((all) =>
    all.map(({ end, message, tenant, orderKey, ...more }, n) => {
      const event: Partial<InboxEvent> = { ...more, ...(tenant && { tenant }), ...(orderKey && { orderKey }) }
      return { event: newEvent(n, event), end, message }
    }),
  )

/** A filter whose times are those of two of the stored events, a millisecond earlier or later. */
interface Choice {
  readonly filter: EventFilter
  readonly since: readonly [place: number, shift: number] | undefined
  readonly until: readonly [place: number, shift: number] | undefined
  readonly limit: number
  readonly sort: 'oldest' | 'newest'
  readonly mostLooks: number | undefined
}

const time = some(fc.tuple(fc.nat(40), fc.integer({ min: -1, max: 1 })))
// Half of the members are there.
const failure = fc.constantFrom<string | boolean>(
  true,
  false,
  'Error: timeout',
  'Error: no order …',
  'RejectError: no order …',
)
const choice: fc.Arbitrary<Choice> = fc.record({
  filter: fc
    .record(
      {
        state: fc.constantFrom('pending', 'active', 'done', 'dead'),
        provider: name,
        type: name,
        tenant: name,
        orderKey: name,
        failure,
        search: fc.constantFrom('order', 'a', '%', '_', 'ü', "'", '"', 'Error', 'missing'),
        keys: fc.array(
          fc.nat(45).map((n) => `key-${n}`),
          { maxLength: 30 },
        ),
      },
      { requiredKeys: [] },
    )
    .chain((filter) => fc.subarray(Object.keys(filter)).map((kept) => pick(filter, kept.slice(0, 3)))),
  since: time,
  until: time,
  limit: fc.constantFrom(1, 3, 50),
  sort: fc.constantFrom('oldest', 'newest'),
  mostLooks: some(fc.constantFrom(1, 7, 100)),
})

function pick(filter: EventFilter, kept: readonly string[]): EventFilter {
  return Object.fromEntries(Object.entries(filter).filter(([member]) => kept.includes(member)))
}

/** The contract of filters in plain JavaScript. */
function matches(event: StoredEvent, { state, provider, type, since, until, tenant, ...filter }: EventFilter): boolean {
  const { orderKey, failure: failed, search, keys } = filter
  return (
    (state === undefined || event.state === state) &&
    (provider === undefined || event.provider === provider) &&
    (type === undefined || event.type === type) &&
    (since === undefined || event.storedAt >= since) &&
    (until === undefined || event.storedAt < until) &&
    (tenant === undefined || event.tenant === tenant) &&
    (orderKey === undefined || event.orderKey === orderKey) &&
    (failed === undefined ||
      (typeof failed === 'string' ? event.failure === failed : (event.failure !== undefined) === failed)) &&
    (search === undefined || [event.id, event.type, event.error].some((text) => text?.includes(search))) &&
    (keys === undefined || keys.includes(event.key))
  )
}

/** Random events and filters: an engine finds what plain JavaScript finds. */
export function checkModel(subject: EngineSubject): void {
  const useStore = useStores(subject)

  it('lists and counts what a model in plain JavaScript does', async () => {
    const check = fc.asyncProperty(seeds, fc.array(choice, { minLength: 40, maxLength: 40 }), async (all, choices) => {
      const engine = await seed(await useStore(), all)
      const { events } = await engine.list({ limit: 1_000 })
      expectEnds(all, events)
      for (const { filter, since, until, ...page } of choices) {
        const toTime = (given: Choice['since']): number | undefined =>
          given && events[given[0] % events.length]!.storedAt + given[1]
        const whole = { ...filter, since: toTime(since), until: toTime(until) }
        const expected = events.filter((event) => matches(event, whole)).map(({ key }) => key)
        const shown = JSON.stringify({ ...whole, ...page })
        expect([shown, await listKeys(engine, whole, page)]).toEqual([shown, expected.toSorted()])
        expect([shown, await engine.count(whole)]).toEqual([shown, { count: expected.length, isExact: true }])
      }
    })
    await fc.assert(check, { numRuns: 4, endOnFailure: true })
  })
}

function expectEnds(all: readonly Seed[], events: readonly StoredEvent[]): void {
  const ends = new Map(all.map(({ event, end }) => [event.key, end]))
  expect(events).toHaveLength(all.length)
  for (const { key, state, failure: failed } of events) {
    const end = ends.get(key)!
    expect([key, state]).toEqual([key, end === 'retrying' ? 'pending' : end])
    expect([key, failed !== undefined]).toEqual([key, end === 'retrying' || end === 'dead'])
  }
}

async function listKeys(
  engine: Engine,
  filter: EventFilter,
  { limit, sort, mostLooks }: Pick<Choice, 'limit' | 'sort' | 'mostLooks'>,
): Promise<string[]> {
  const keys: string[] = []
  let after: string | undefined
  do {
    const page = await engine.list({ ...filter, limit, sort, mostLooks, after })
    keys.push(...page.events.map(({ key }) => key))
    after = page.next
  } while (after !== undefined)
  return keys.toSorted()
}
