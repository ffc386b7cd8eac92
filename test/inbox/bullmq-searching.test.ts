import { createHash } from 'node:crypto'
import { RejectError } from 'sallyport'
import type { Engine, EventFilter, Page } from 'sallyport/inbox'
import { expect, it, vi } from 'vitest'
import { seed, slowRetry } from '../../packages/contracts/src/engine/seeding.ts'
import { consume, fastRetry, newEvent } from '../../packages/contracts/src/engine/test-store.ts'
import { describeSuite } from '../support/inbox/bullmq-suite.ts'

const hour = 3_600_000
const toKey = (name: string): string => `{sallyport}:inbox:${name}`
const toId = (key: string): string => createHash('sha256').update(key).digest('base64url')

async function listKeys(engine: Engine, query: EventFilter & Page): Promise<string[]> {
  const keys: string[] = []
  let after: string | undefined
  do {
    const page = await engine.list({ ...query, after })
    keys.push(...page.events.map(({ key }) => key))
    after = page.next
  } while (after !== undefined)
  return keys
}

const range = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, n) => `key-${from + n}`)

describeSuite('searching in Redis', (suite) => {
  const open = (): Promise<Engine> => suite.open()

  it('begins and ends a listing where its times say', async () => {
    const engine = await open()
    vi.useFakeTimers({ toFake: ['Date'] })
    const begin = Date.now()
    for (let n = 0; n < 40; n++) {
      vi.setSystemTime(begin + n * hour)
      await engine.insert([newEvent(n)])
    }
    const span = { since: begin + 10 * hour, until: begin + 20 * hour }
    for (const sort of ['oldest', 'newest'] as const)
      for (const state of [undefined, 'pending'] as const) {
        // Looks at ten events, and at the next one to see that it is over.
        const page = await engine.list({ ...span, state, sort, mostLooks: 12 })
        const keys = range(10, 20)
        expect(page.events.map(({ key }) => key)).toEqual(sort === 'oldest' ? keys : keys.toReversed())
        expect(page.next).toBeUndefined()
      }
  })

  it('finds events of a time when the clock was set back', async () => {
    const engine = await open()
    vi.useFakeTimers({ toFake: ['Date'] })
    const begin = Date.now()
    for (const [n, shift] of [0, 300, -200, -900, -hour, -hour + 5].entries()) {
      vi.setSystemTime(begin + shift)
      await engine.insert([newEvent(n), newEvent(`${n}-b`)])
    }
    const { events } = await engine.list()
    for (const { storedAt: time } of events)
      for (const filter of [{ until: time }, { since: time }, { since: time, until: time + 1 }]) {
        const found = events.filter(
          ({ storedAt }) => storedAt >= (filter.since ?? 0) && storedAt < (filter.until ?? Infinity),
        )
        expect(await listKeys(engine, { ...filter, limit: 2 })).toEqual(found.map(({ key }) => key))
        expect(await listKeys(engine, { ...filter, sort: 'newest', limit: 2, mostLooks: 1 })).toEqual(
          found.map(({ key }) => key).toReversed(),
        )
      }
  })

  it.each(['oldest', 'newest'] as const)('goes on between entries of one time that are gone: %s', async (sort) => {
    const engine = await open()
    const keys = range(0, 30)
    await engine.insert(keys.map((key) => newEvent(key, { key })))
    const { client } = suite.server
    // All stored at one time, so that only their ids order them.
    for (const key of keys) await client.zadd(toKey('sallyport:stored'), 1_000, toId(key))
    const found: string[] = []
    let after: string | undefined
    let pages = 0
    do {
      const page = await engine.list({ sort, after, mostLooks: 1 })
      const some = page.events.map(({ key }) => key)
      found.push(...some)
      after = page.next
      await engine.discard({ keys: some })
      expect(++pages).toBeLessThanOrEqual(keys.length + 1)
    } while (after !== undefined)
    const ids = found.map(toId)
    expect(ids).toHaveLength(30)
    const sorted = ids.toSorted((one, other) => (one < other ? -1 : 1))
    expect(ids).toEqual(sort === 'oldest' ? sorted : sorted.toReversed())
  })

  it('finds failing events among many others with few looks', async () => {
    const engine = await open()
    const outcomes = await consume(
      engine,
      async ({ type }) => {
        if (type === 'dies') throw new RejectError('dead 1')
        if (type === 'retries') throw new Error('retried 1')
      },
      { retry: slowRetry },
    )
    await engine.insert(Array.from({ length: 300 }, (_, n) => newEvent(n)))
    await engine.insert([newEvent('dead', { type: 'dies' }), newEvent('retried', { type: 'retries' })])
    await outcomes.until(302)
    await engine.stop({ drainMs: 0 })
    await engine.start()
    await engine.insert(Array.from({ length: 300 }, (_, n) => newEvent(`later-${n}`)))
    for (const [state, key] of [
      ['dead', 'key-dead'],
      ['pending', 'key-retried'],
    ] as const) {
      const page = await engine.list({ state, failure: true, mostLooks: 2 })
      expect([page.events.map((event) => event.key), page.next]).toEqual([[key], undefined])
    }
    expect(await engine.count({ failure: true })).toEqual({ count: 2, isExact: true })
    expect(await engine.count({ failure: true }, { most: 1 })).toEqual({ count: 1, isExact: false })
    expect(await engine.list({ state: 'done', failure: true })).toEqual({ events: [] })
  })

  it('counts retried events without their ends, however many there are', async () => {
    const engine = await open()
    let mayPass = false
    const started = Promise.withResolvers<void>()
    const outcomes = await consume(
      engine,
      async ({ id }, { number }) => {
        if (id === 'id-hangs' && number === 2) {
          started.resolve()
          await new Promise(() => {})
        }
        if (!mayPass) throw new Error('not yet')
      },
      { retry: { ...fastRetry, attempts: 9, delayMs: 300, maxDelayMs: 300 } },
    )
    await engine.insert([newEvent('hangs'), newEvent(1), newEvent(2)])
    await outcomes.until(3, 'retried')
    expect((await engine.stats()).retrying).toBeGreaterThan(0)
    await started.promise
    mayPass = true
    await outcomes.until(2, 'handled')
    expect((await engine.stats()).retrying).toBe(0)
    expect(await suite.server.client.zrange(toKey('sallyport:retrying'), 0, '-1')).toEqual([toId('key-hangs')])
  })

  it('takes what has ended out of the retried events', async () => {
    const engine = await suite.open({ upkeepMs: 20 })
    const outcomes = await consume(engine, async (_event, { number }) => {
      if (number === 1) throw new Error('first')
    })
    await engine.insert([newEvent(1)])
    await outcomes.until(1, 'handled')
    const { client } = suite.server
    await vi.waitFor(async () => expect(await client.zcard(toKey('sallyport:retrying'))).toBe(0), 20_000)
    // As a process leaves it that dies after an outcome, and one that was removed by hand.
    await client.zadd(toKey('sallyport:retrying'), 1, toId('key-1'), 2, 'gone')
    await vi.waitFor(async () => expect(await client.zcard(toKey('sallyport:retrying'))).toBe(0), 20_000)
  })

  it('brings a queue of format 2 forward', async () => {
    const { client } = suite.server
    const engine = await seed({ engine: await open(), open, store: 'inbox' }, [
      { event: newEvent(1), end: 'dead', message: 'no order 1' },
      { event: newEvent(2, { type: 'other' }), end: 'retrying', message: 'no order 2' },
      { event: newEvent(3), end: 'done' },
      { event: newEvent(4), end: 'pending' },
    ])
    await engine.stop({ drainMs: 0 })
    await client.del(toKey('sallyport:retrying'), toKey('sallyport:names'))
    for (const n of [1, 2]) await client.hdel(toKey(toId(`key-${n}`)), 'sallyport:failure')
    await client.set(toKey('sallyport:format'), '2')
    await engine.start()
    expect(await client.get(toKey('sallyport:format'))).toBe('3')
    expect((await engine.stats()).retrying).toBe(1)
    expect((await engine.failures()).groups).toMatchObject([
      { failure: 'Error: no order …', dead: 0, retrying: 1 },
      { failure: 'RejectError: no order …', dead: 1, retrying: 0 },
    ])
    expect((await engine.names()).types).toHaveLength(2)
  })

  it('bounds the names that senders can choose', async () => {
    const engine = await open()
    for (let start = 0; start < 1_200; start += 300)
      await engine.insert(Array.from({ length: 300 }, (_, n) => newEvent(start + n, { type: `type-${start + n}` })))
    await engine.insert([newEvent('long', { type: 'x'.repeat(5_000) })])
    await engine.stop({ drainMs: 0 })
    await engine.start()
    const { types, isComplete } = await engine.names()
    expect(types.length).toBeLessThanOrEqual(1_000)
    expect(isComplete).toBe(false)
    expect(await suite.server.client.zcard(toKey('sallyport:names'))).toBeLessThanOrEqual(1_200)
  })

  it('forgets names and minutes after their time', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const engine = await suite.open({ retentionMs: hour, deadRetentionMs: 3 * hour, upkeepMs: 20 })
    await engine.insert([newEvent(1)])
    await vi.waitFor(async () => expect(await engine.minutes({ since: 0 })).toHaveLength(1), 20_000)
    const [minutes] = await suite.server.client.keys(toKey('sallyport:minutes:*'))
    const leftMs = await suite.server.client.pttl(minutes!)
    expect(leftMs).toBeGreaterThan(7 * 24 * hour)
    expect(leftMs).toBeLessThanOrEqual(7 * 24 * hour + hour)
    vi.setSystemTime(Date.now() + 8 * 24 * hour)
    expect(await engine.minutes({ since: 0 })).toEqual([])
    await vi.waitFor(async () => expect((await engine.names()).types).toEqual([]), 20_000)
  })
})
