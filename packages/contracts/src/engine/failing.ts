import { RejectError } from 'sallyport'
import type { Engine, EventState, FailureGroup } from 'sallyport/inbox'
import { expect, it } from 'vitest'
import { seed, type Seed } from './seeding.ts'
import type { EngineSubject } from './subject.ts'
import { consume, newEvent, useStores } from './test-store.ts'

const seeds: readonly Seed[] = [
  { event: newEvent(1), end: 'dead', message: 'no customer cus_1' },
  { event: newEvent(2), end: 'retrying', message: 'timeout after 12 s' },
  { event: newEvent(3), end: 'dead', message: 'no customer cus_2' },
  { event: newEvent(4), end: 'dead', message: 'no customer cus_3' },
  { event: newEvent(5, { type: 'thing.vanished' }), end: 'dead', message: 'no customer cus_4' },
  { event: newEvent(6, { provider: 'other' }), end: 'dead', message: 'no customer cus_5' },
  { event: newEvent(7), end: 'retrying', message: 'timeout after 7 s' },
  { event: newEvent(8), end: 'done' },
  { event: newEvent(9), end: 'pending' },
]

const byName = (one: FailureGroup, other: FailureGroup): number =>
  `${one.provider} ${one.type} ${one.failure}` < `${other.provider} ${other.type} ${other.failure}` ? -1 : 1

const readGroups = async (engine: Engine): Promise<FailureGroup[]> => (await engine.failures()).groups.toSorted(byName)

async function expectNoFailure(engine: Engine, state: EventState): Promise<void> {
  const event = (await engine.get('key-1'))!
  expect([event.state, event.failure]).toEqual([state, undefined])
}

/** What events fail with, in groups. */
export function checkFailures(subject: EngineSubject): void {
  const useStore = useStores(subject)

  it('groups failing events by what they failed with', async () => {
    const engine = await seed(await useStore(), seeds)
    const times = new Map((await engine.list()).events.map(({ key, storedAt }) => [key, storedAt]))
    const at = (n: number): number => times.get(`key-${n}`)!
    const failures = await engine.failures()
    expect(failures.isExact).toBe(true)
    expect(failures.groups.slice(0, 2).map(({ dead, retrying }) => dead + retrying)).toEqual([3, 2])
    expect(failures.groups.toSorted(byName)).toEqual([
      {
        failure: 'RejectError: no customer …',
        provider: 'other',
        type: 'thing.happened',
        dead: 1,
        retrying: 0,
        firstAt: at(6),
        lastAt: at(6),
        sample: 'key-6',
      },
      {
        failure: 'Error: timeout after … s',
        provider: 'test',
        type: 'thing.happened',
        dead: 0,
        retrying: 2,
        firstAt: at(2),
        lastAt: at(7),
        sample: 'key-7',
      },
      {
        failure: 'RejectError: no customer …',
        provider: 'test',
        type: 'thing.happened',
        dead: 3,
        retrying: 0,
        firstAt: at(1),
        lastAt: at(4),
        sample: 'key-4',
      },
      {
        failure: 'RejectError: no customer …',
        provider: 'test',
        type: 'thing.vanished',
        dead: 1,
        retrying: 0,
        firstAt: at(5),
        lastAt: at(5),
        sample: 'key-5',
      },
    ])
    expect((await engine.failures({ provider: 'other' })).groups.map(({ sample }) => sample)).toEqual(['key-6'])
    expect((await engine.failures({ provider: 'none' })).groups).toEqual([])
    expect((await engine.failures({ since: at(9) + 60_000 })).groups).toEqual([])
    expect((await engine.failures({ since: at(1) })).groups).toHaveLength(4)
  })

  it('counts dead and retrying events of one failure together', async () => {
    const engine = await seed(await useStore(), [
      { event: newEvent(1), end: 'dead', message: 'no customer' },
      { event: newEvent(2), end: 'dead', message: 'no customer' },
    ])
    await engine.replay({ keys: ['key-2'] })
    const outcomes = await consume(
      engine,
      async () => {
        throw Object.assign(new Error('no customer'), { name: 'RejectError' })
      },
      { retry: { attempts: 2, delayMs: 3_600_000, maxDelayMs: 3_600_000, factor: 1, jitter: 0 } },
    )
    await outcomes.until(1, 'retried')
    expect(await readGroups(engine)).toMatchObject([{ failure: 'RejectError: no customer', dead: 1, retrying: 1 }])
  })

  it('forgets the failure of an event that is replayed or discarded', async () => {
    const engine = await seed(await useStore(), seeds)
    expect(await engine.replay({ keys: ['key-1'] })).toBe(1)
    await expectNoFailure(engine, 'pending')
    expect(await engine.discard({ keys: ['key-4', 'key-2'] })).toBe(2)
    const counts = (await readGroups(engine)).map(({ dead, retrying, sample }) => [dead, retrying, sample])
    expect(counts).toEqual([
      [1, 0, 'key-6'],
      [0, 1, 'key-7'],
      [1, 0, 'key-3'],
      [1, 0, 'key-5'],
    ])
  })

  it('forgets the failure of an event that is handled', async () => {
    const { engine } = await useStore()
    let mayPass = false
    const outcomes = await consume(engine, async () => {
      if (!mayPass) throw new RejectError('no customer')
    })
    await engine.insert([newEvent(1)])
    await outcomes.until(1, 'dead')
    expect((await engine.failures()).groups).toMatchObject([{ dead: 1, sample: 'key-1' }])
    mayPass = true
    await engine.replay({ failure: true })
    await outcomes.until(1, 'handled')
    expect((await engine.failures()).groups).toEqual([])
    await expectNoFailure(engine, 'done')
    // One that was done failed with nothing, however it ends next.
    await engine.stop({ drainMs: 0 })
    await engine.start()
    await engine.replay({ state: 'done' })
    await expectNoFailure(engine, 'pending')
    expect((await engine.failures()).groups).toEqual([])
  })

  it('forgets the failure of an event that succeeds on a retry', async () => {
    const { engine } = await useStore()
    const outcomes = await consume(engine, async (_event, { number }) => {
      if (number === 1) throw new Error('first')
    })
    await engine.insert([newEvent(1)])
    await outcomes.until(1, 'handled')
    expect(await engine.list({ failure: true })).toMatchObject({ events: [] })
    await engine.stop({ drainMs: 0 })
    await engine.start()
    expect(await engine.replay({ state: 'done' })).toBe(1)
    await expectNoFailure(engine, 'pending')
    expect((await engine.stats()).retrying ?? 0).toBe(0)
  })
}
