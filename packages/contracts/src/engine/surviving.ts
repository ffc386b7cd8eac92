import { toRetryPolicy } from 'sallyport/inbox'
import { afterEach, expect, it } from 'vitest'
import type { EngineSubject } from './subject.ts'
import { consume, newEvent, useStores } from './test-store.ts'

const hour = 3_600_000

/** Events survive killed processes and clocks that jump. */
export function checkSurviving(subject: EngineSubject): void {
  const useStore = useStores(subject)
  const { now } = Date
  afterEach(() => {
    Date.now = now
  })

  it.skipIf(subject.killWorker === undefined)('retries an event whose process was killed', async () => {
    const { engine, store, open } = await useStore()
    await engine.insert([newEvent(1)])
    await subject.killWorker!(store)
    expect(await engine.insert([newEvent(1)])).toEqual(['duplicate'])
    const outcomes = await consume(await open(), async () => {})
    const [outcome] = await outcomes.until(1, 'handled')
    expect(outcome).toMatchObject({ attempt: 2, event: { key: 'key-1' } })
    expect((await engine.stats()).counts).toEqual({ pending: 0, active: 0, done: 1, dead: 0 })
  })

  it('can be stopped while it starts', async () => {
    const { store } = await useStore()
    const engine = subject.createEngine(store)
    const starting = engine.start().catch(() => {})
    await engine.stop({ drainMs: 0 })
    await starting
    await expect(engine.insert([newEvent(1)])).rejects.toMatchObject({ code: 'INBOX_STOPPED' })
  })

  for (const [direction, jump] of [
    ['forward', hour],
    ['back', -hour],
  ] as const) {
    it(`stores, handles and retries when the clock jumps ${direction}`, async () => {
      const { engine } = await useStore()
      const retry = toRetryPolicy({ attempts: 2, delayMs: 200, maxDelayMs: 200, jitter: 0 })
      const outcomes = await consume(
        engine,
        async (_event, { number }) => {
          if (number === 1) throw new Error('first')
        },
        { retry },
      )
      await engine.insert([newEvent(1)])
      await outcomes.until(1, 'retried')
      Date.now = () => now() + jump
      await outcomes.until(1, 'handled')
      expect(await engine.insert([newEvent(1), newEvent(2)])).toEqual(['duplicate', 'stored'])
      await outcomes.until(2, 'handled')
      expect((await engine.stats()).counts).toEqual({ pending: 0, active: 0, done: 2, dead: 0 })
    })
  }
}
