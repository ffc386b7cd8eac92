import { RejectError } from 'sallyport'
import type { Engine, MinuteCount } from 'sallyport/inbox'
import { expect, it } from 'vitest'
import { patience } from './seeding.ts'
import type { EngineSubject } from './subject.ts'
import { consume, newEvent, useStores } from './test-store.ts'

const minuteMs = 60_000

/** Sums of a range, as a new minute may begin during a test. */
async function readSums(engine: Engine, since: number): Promise<Record<string, number>> {
  const sums: Record<string, number> = {}
  for (const { provider, outcome, count } of await engine.minutes({ since }))
    sums[`${provider} ${outcome}`] = (sums[`${provider} ${outcome}`] ?? 0) + count
  return sums
}

/** What happened per minute. */
export function checkMinutes(subject: EngineSubject): void {
  const useStore = useStores(subject)
  const hourAgo = (): number => Date.now() - 60 * minuteMs

  it('counts per minute and provider what was stored and what became of it', async () => {
    const { engine } = await useStore()
    const before = Math.floor(Date.now() / minuteMs) * minuteMs
    const outcomes = await consume(engine, async ({ id }, { number }) => {
      if (id === 'id-dead') throw new RejectError('no')
      if (id === 'id-second' && number === 1) throw new Error('first')
    })
    await engine.insert([newEvent(1), newEvent(2, { provider: 'other' }), newEvent('dead'), newEvent('second')])
    await engine.insert([newEvent(1), newEvent(1)])
    await outcomes.until(5)
    const expected = {
      'test stored': 3,
      'other stored': 1,
      'test duplicate': 2,
      'test handled': 2,
      'other handled': 1,
      'test retried': 1,
      'test dead': 1,
    }
    await expect.poll(() => readSums(engine, hourAgo()), patience).toEqual(expected)
    const minutes = await engine.minutes({ since: hourAgo() })
    for (const { minute, outcome, count, durations } of minutes) {
      expect(minute % minuteMs).toBe(0)
      expect(minute).toBeGreaterThanOrEqual(before)
      expect(minute).toBeLessThanOrEqual(Date.now())
      if (outcome === 'stored' || outcome === 'duplicate') expect(durations).toBeUndefined()
      else {
        expect(durations).toHaveLength(17)
        expect(durations!.reduce((sum, some) => sum + some, 0)).toBe(count)
      }
    }
    expect(minutes).toEqual(minutes.toSorted((one: MinuteCount, other: MinuteCount) => one.minute - other.minute))
  })

  it('writes what it counted when it stops, and adds to it', async () => {
    const { engine, open } = await useStore()
    await engine.insert([newEvent(1), newEvent(2)])
    await engine.stop({ drainMs: 0 })
    const next = await open()
    expect(await readSums(next, hourAgo())).toEqual({ 'test stored': 2 })
    await next.insert([newEvent(1), newEvent(3)])
    await next.stop({ drainMs: 0 })
    expect(await readSums(await open(), hourAgo())).toEqual({ 'test stored': 3, 'test duplicate': 1 })
  })

  it('returns the minutes of a range', async () => {
    const { engine, open } = await useStore()
    await engine.insert([newEvent(1)])
    await engine.stop({ drainMs: 0 })
    const next = await open()
    const [{ minute } = { minute: 0 }] = await next.minutes({ since: 0 })
    expect(minute).toBeGreaterThan(hourAgo())
    expect(await next.minutes({ since: minute, until: minute + 1 })).toHaveLength(1)
    expect(await next.minutes({ since: minute + minuteMs })).toEqual([])
    expect(await next.minutes({ since: 0, until: minute })).toEqual([])
  })

  it('keeps providers with odd names apart', async () => {
    const { engine, open } = await useStore()
    const names = ['a b', 'a', 'ünï "\\ \n', '__proto__']
    await engine.insert(names.map((provider, n) => newEvent(n, { provider })))
    await engine.stop({ drainMs: 0 })
    const next = await open()
    const minutes = await next.minutes({ since: 0 })
    expect(minutes.map(({ provider }) => provider).toSorted()).toEqual(names.toSorted())
    const { providers } = await next.names()
    expect(providers.toSorted()).toEqual(names.toSorted())
  })
}
