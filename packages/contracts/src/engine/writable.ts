import { expect, it } from 'vitest'
import type { EngineSubject } from './subject.ts'
import { consume, newEvent, useStores } from './test-store.ts'

/** Says whether events can be stored, and how claiming goes. An engine without these methods is not asked. */
export function checkWritable(subject: EngineSubject): void {
  const useStore = useStores(subject)
  const asked = subject.createEngine('only-asked')

  it.skipIf(asked.checkWritable === undefined)(
    'leaves nothing behind when it checks that it can be written',
    async () => {
      const { engine } = await useStore()
      await engine.insert([newEvent(1)])
      const before = await engine.stats()
      await Promise.all([engine.checkWritable!(), engine.checkWritable!(), engine.insert([newEvent(2)])])
      await engine.checkWritable!()
      const { events } = await engine.list()
      expect(events.map(({ key }) => key)).toEqual(['key-1', 'key-2'])
      expect(await engine.stats()).toMatchObject({ counts: { ...before.counts, pending: 2 }, retrying: 0 })
      expect((await engine.names()).providers).toEqual(['test'])
      const stored = (await engine.minutes({ since: 0 })).filter(({ outcome }) => outcome === 'stored')
      expect(stored.every(({ provider }) => provider === 'test')).toBe(true)
    },
  )

  it.skipIf(asked.checkWritable === undefined)('cannot be written before it starts and after it stops', async () => {
    const { store, engine } = await useStore()
    const unstarted = subject.createEngine(store)
    await expect(unstarted.checkWritable!()).rejects.toMatchObject({ code: 'INBOX_STOPPED' })
    await engine.stop({ drainMs: 0 })
    await expect(engine.checkWritable!()).rejects.toMatchObject({ code: 'INBOX_STOPPED' })
  })

  it.skipIf(asked.claiming === undefined)('says that claims succeed, once it claims', async () => {
    const { engine } = await useStore()
    expect(engine.claiming!()).toBeUndefined()
    const outcomes = await consume(engine, async () => {})
    await engine.insert([newEvent(1)])
    await outcomes.until(1, 'handled')
    await expect.poll(() => engine.claiming!()?.failingMs).toBeUndefined()
    expect(engine.claiming!()).toMatchObject({})
    expect(engine.claiming!()!.hasEnded ?? false).toBe(false)
  })
}
