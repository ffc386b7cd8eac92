import type { EventFilter } from 'sallyport/inbox'
import { expect, it } from 'vitest'
import { seed } from './seeding.ts'
import type { EngineSubject } from './subject.ts'
import { newEvent, useStores } from './test-store.ts'

// Complete by its type.
const filters: Readonly<Record<keyof EventFilter, true>> = {
  state: true,
  provider: true,
  type: true,
  since: true,
  until: true,
  tenant: true,
  orderKey: true,
  failure: true,
  search: true,
  keys: true,
}

/** What an engine knows of its store without a search. */
export function checkKnowing(subject: EngineSubject): void {
  const useStore = useStores(subject)

  it('names only filters as indexed', () => {
    const { indexed = [] } = subject.createEngine('only-asked').promises
    expect(indexed.filter((name) => !Object.hasOwn(filters, name))).toEqual([])
    expect(new Set(indexed).size).toBe(indexed.length)
  })

  it('names the providers and types of stored events', async () => {
    const { engine, open } = await useStore()
    expect(await engine.names()).toEqual({ providers: [], types: [], isComplete: true })
    await engine.insert([newEvent(1), newEvent(2, { type: 'a' }), newEvent(3, { provider: 'other', type: 'a' })])
    await engine.insert([newEvent(1), newEvent(4)])
    await engine.stop({ drainMs: 0 })
    const { providers, types, isComplete } = await (await open()).names()
    expect([...providers].toSorted()).toEqual(['other', 'test'])
    expect(types.map(({ provider, type }) => `${provider} ${type}`).toSorted()).toEqual([
      'other a',
      'test a',
      'test thing.happened',
    ])
    expect(isComplete).toBe(true)
  })

  it('counts pending events whose last attempt failed', async () => {
    const store = await useStore()
    expect((await store.engine.stats()).retrying).toBe(0)
    const engine = await seed(store, [
      { event: newEvent(1), end: 'retrying' },
      { event: newEvent(2), end: 'retrying' },
      { event: newEvent(3), end: 'dead' },
      { event: newEvent(4), end: 'done' },
      { event: newEvent(5), end: 'pending' },
    ])
    expect(await engine.stats()).toMatchObject({ retrying: 2, counts: { pending: 3, dead: 1, done: 1 } })
    await engine.replay({ keys: ['key-3'] })
    expect((await engine.stats()).retrying).toBe(2)
    await engine.discard({ keys: ['key-1'] })
    expect((await engine.stats()).retrying).toBe(1)
  })
}
