import { RejectError } from 'sallyport'
import { expect, it } from 'vitest'
import type { EngineSubject } from './subject.ts'
import { consume, newEvent, useStores } from './test-store.ts'

/** Events of one order key follow each other, as far as the engine promises. */
export function checkOrder(subject: EngineSubject): void {
  const useStore = useStores(subject)
  const { order: modes } = subject.createEngine('only-asked').promises

  for (const order of ['serial', 'strict'] as const) {
    if (!modes.includes(order)) {
      it(`rejects "${order}", which it does not promise`, async () => {
        const { engine } = await useStore()
        await expect(consume(engine, async () => {}, { order })).rejects.toMatchObject({ code: 'INBOX_UNSUPPORTED' })
      })
      continue
    }

    it(`${order}: handles the events of a key one after the other`, async () => {
      const { engine } = await useStore()
      const names = ['a1', 'b1', 'a2', 'b2', 'a3', 'b3']
      for (const name of names) await engine.insert([newEvent(name, { orderKey: name[0]! })])
      await engine.insert([newEvent('free')])
      const seen: string[] = []
      const atWork = new Set<string>()
      const outcomes = await consume(
        engine,
        async ({ key, orderKey }, { number }) => {
          const own = orderKey ?? key
          expect(atWork.has(own)).toBe(false)
          atWork.add(own)
          await new Promise((resolve) => setImmediate(resolve))
          atWork.delete(own)
          seen.push(key)
          if (key === 'key-a1' && number < 3) throw new Error('again')
        },
        { order },
      )
      await outcomes.until(7, 'handled')
      expect(seen.filter((key) => key.startsWith('key-a'))).toEqual(['key-a1', 'key-a1', 'key-a1', 'key-a2', 'key-a3'])
      expect(seen.filter((key) => key.startsWith('key-b'))).toEqual(['key-b1', 'key-b2', 'key-b3'])
    })

    it(`${order}: a dead event ${order === 'strict' ? 'blocks its key until it is replayed' : 'does not block its key'}`, async () => {
      const { engine } = await useStore()
      for (const name of ['a1', 'a2', 'b1']) await engine.insert([newEvent(name, { orderKey: name[0]! })])
      let mayPass = false
      const outcomes = await consume(
        engine,
        async ({ key }) => {
          if (key === 'key-a1' && !mayPass) throw new RejectError('no')
        },
        { order },
      )
      await outcomes.until(1, 'dead')
      if (order === 'serial') {
        const handled = await outcomes.until(2, 'handled')
        expect(handled.map(({ event }) => event.key).toSorted()).toEqual(['key-a2', 'key-b1'])
        return
      }
      expect((await outcomes.until(1, 'handled')).map(({ event }) => event.key)).toEqual(['key-b1'])
      expect(await engine.get('key-a2')).toMatchObject({ state: 'pending', attempts: 0 })
      mayPass = true
      await engine.replay({ keys: ['key-a1'] })
      const handled = await outcomes.until(3, 'handled')
      expect(handled.map(({ event }) => event.key)).toEqual(['key-b1', 'key-a1', 'key-a2'])
    })
  }
}
