import { RejectError } from 'sallyport'
import { expect, it } from 'vitest'
import type { EngineSubject } from './subject.ts'
import { consume, newEvent, storeDuring, useStores } from './test-store.ts'

/** Reads, replays and discards events. */
export function checkOperating(subject: EngineSubject): void {
  const useStore = useStores(subject)

  it('lists by state, provider, type, time, text and key, in pages', async () => {
    const { engine } = await useStore()
    const before = Date.now() - 1
    await engine.insert([
      newEvent(1),
      newEvent(2, { provider: 'other' }),
      newEvent(3, { type: 'thing.vanished' }),
      newEvent(4, { id: "needle ' %_ \\" }),
      newEvent(5),
    ])
    const keys = async (filter: Parameters<typeof engine.list>[0]): Promise<string[]> =>
      (await engine.list(filter)).events.map(({ key }) => key).toSorted()
    expect(await keys({})).toHaveLength(5)
    expect(await keys({ provider: 'other' })).toEqual(['key-2'])
    expect(await keys({ type: 'thing.vanished' })).toEqual(['key-3'])
    expect(await keys({ search: "needle ' %_ \\" })).toEqual(['key-4'])
    expect(await keys({ search: 'needle_' })).toEqual([])
    expect(await keys({ keys: ['key-1', 'key-5', 'missing'] })).toEqual(['key-1', 'key-5'])
    expect(await keys({ since: before, state: 'pending' })).toHaveLength(5)
    expect(await keys({ since: Date.now() + 60_000 })).toEqual([])
    expect(await keys({ state: 'dead' })).toEqual([])

    const paged: string[] = []
    let after: string | undefined
    do {
      const page = await engine.list({ limit: 2, after })
      expect(page.events.length).toBeLessThanOrEqual(2)
      paged.push(...page.events.map(({ key }) => key))
      after = page.next
    } while (after !== undefined)
    expect(paged.toSorted()).toEqual(['key-1', 'key-2', 'key-3', 'key-4', 'key-5'])
  })

  it('finds no missing event', async () => {
    const { engine } = await useStore()
    expect(await engine.get('missing')).toBeUndefined()
    expect(await engine.replay({ keys: ['missing'] })).toBe(0)
    expect(await engine.discard({ keys: ['missing'] })).toBe(0)
  })

  it('replays dead and done events from their first attempt', async () => {
    const { engine } = await useStore()
    await engine.insert([newEvent(1), newEvent(2)])
    let mayPass = false
    const attempts: number[] = []
    const outcomes = await consume(engine, async ({ key }, { number }) => {
      if (key !== 'key-1') return
      attempts.push(number)
      if (!mayPass) throw new RejectError('not yet')
    })
    await outcomes.until(1, 'dead')
    await outcomes.until(1, 'handled')
    mayPass = true
    expect(await engine.replay({ state: 'dead' })).toBe(1)
    await outcomes.until(2, 'handled')
    expect(attempts).toEqual([1, 1])
    expect(await engine.replay({ keys: ['key-2'] })).toBe(1)
    await outcomes.until(3, 'handled')
    expect(await engine.insert([newEvent(1)])).toEqual(['duplicate'])
  })

  it('discards events, and forgets their keys', async () => {
    const { engine } = await useStore()
    await engine.insert([newEvent(1), newEvent(2)])
    expect(await engine.discard({ keys: ['key-1'] })).toBe(1)
    expect(await engine.get('key-1')).toBeUndefined()
    expect(await engine.insert([newEvent(1), newEvent(2)])).toEqual(['stored', 'duplicate'])
  })

  it('stores events while it discards thousands, and keeps them', async () => {
    const { engine } = await useStore()
    const many = Array.from({ length: 3_000 }, (_, n) => newEvent(n))
    for (let start = 0; start < many.length; start += 500) await engine.insert(many.slice(start, start + 500))
    const discarding = engine.discard({ type: 'thing.happened' })
    const { stored, before } = await storeDuring(engine, discarding)
    expect(await discarding).toBe(3_000)
    expect(before).toBeGreaterThan(2)
    expect((await engine.stats()).counts.pending).toBe(stored)
  })

  it('counts, and reports how long the oldest has waited', async () => {
    const { engine } = await useStore()
    expect((await engine.stats()).counts).toEqual({ pending: 0, active: 0, done: 0, dead: 0 })
    expect((await engine.stats()).oldestPendingMs).toBeUndefined()
    await engine.insert([newEvent(1), newEvent(2)])
    const stats = await engine.stats()
    expect(stats.counts.pending).toBe(2)
    expect(stats.oldestPendingMs).toBeGreaterThanOrEqual(0)
    expect(stats.oldestPendingMs).toBeLessThan(60_000)
  })
}
