import type { Engine, EventHistory } from 'sallyport/inbox'
import { expect, it } from 'vitest'
import { newEvent, type useStores } from './test-store.ts'

/** How long a test waits for duplicates to be written; an engine may write many at once. */
export const patience = { timeout: 20_000, interval: 20 }

/** The history of an event, which must exist. */
export async function readHistory(engine: Engine, key = 'key-1'): Promise<EventHistory> {
  return (await engine.get(key))!.history!
}

/** How often an event arrived again, and where from. */
export function checkDuplicates(useStore: ReturnType<typeof useStores>): void {
  it('counts duplicates, and lists where the latest came from', async () => {
    const { engine } = await useStore()
    const again = (n: number) => newEvent(1, { receivedAt: 1_700_000_000_000 + n, remoteAddress: `192.0.2.${n}` })
    await engine.insert([newEvent(1), newEvent(2)])
    for (let n = 1; n <= 7; n++) await engine.insert([again(n), newEvent(3)])
    await expect.poll(() => readHistory(engine), patience).toMatchObject({ duplicates: { count: 7 } })
    await engine.insert(Array.from({ length: 7 }, (_, n) => again(n + 8)))
    await expect.poll(() => readHistory(engine), patience).toMatchObject({ duplicates: { count: 14 } })
    const { latest } = (await readHistory(engine)).duplicates
    expect(latest).toEqual(
      Array.from({ length: 10 }, (_, n) => ({ receivedAt: 1_700_000_000_014 - n, remoteAddress: `192.0.2.${14 - n}` })),
    )
    expect((await readHistory(engine, 'key-2')).duplicates).toEqual({ count: 0, latest: [] })
  })

  it('writes what it counted before it stops', async () => {
    const { engine, open } = await useStore()
    await engine.insert([newEvent(1)])
    await engine.insert([newEvent(1, { remoteAddress: 'x'.repeat(10_000) })])
    await engine.stop({ drainMs: 0 })
    const { duplicates } = await readHistory(await open())
    expect(duplicates.count).toBe(1)
    expect(duplicates.latest[0]!.remoteAddress!.length).toBeLessThan(200)
  })
}
