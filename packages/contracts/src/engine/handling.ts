import { AsyncLocalStorage } from 'node:async_hooks'
import { RejectError } from 'sallyport'
import { toRetryPolicy, type Engine } from 'sallyport/inbox'
import { expect, it } from 'vitest'
import type { EngineSubject } from './subject.ts'
import { consume, newEvent, useStores } from './test-store.ts'

/** Every stored event is handled at least once, with retries, and ends done or dead. */
export function checkHandling(subject: EngineSubject): void {
  const useStore = useStores(subject)

  it('handles events stored before and after it began to consume', async () => {
    const { engine } = await useStore()
    await engine.insert([newEvent(1), newEvent(2)])
    const bodies: string[] = []
    const outcomes = await consume(engine, async (event) => void bodies.push(Buffer.from(event.body).toString()))
    await engine.insert([newEvent(3)])
    await outcomes.until(3, 'handled')
    expect(bodies.toSorted()).toEqual(['{"n":"1"}', '{"n":"2"}', '{"n":"3"}'])
    expect((await engine.stats()).counts).toMatchObject({ pending: 0, active: 0, done: 3, dead: 0 })
  })

  it('runs handlers in no request that stored an event', async () => {
    const { engine } = await useStore()
    const request = new AsyncLocalStorage<number>()
    const seen: unknown[] = []
    const outcomes = await consume(engine, async (_event, { number }) => {
      seen.push(request.getStore())
      if (number === 1) throw new Error('first')
    })
    await engine.insert([newEvent(0)])
    for (const n of [1, 2, 3]) {
      await outcomes.until(n, 'handled')
      // Time for the last look for events to end.
      await engine.stats()
      await request.run(n, () => engine.insert([newEvent(n)]))
    }
    await outcomes.until(4, 'handled')
    expect(seen).toEqual(Array.from({ length: 8 }))
  })

  it('retries a failed event with the number of the attempt', async () => {
    const { engine } = await useStore()
    await engine.insert([newEvent(1)])
    const attempts: unknown[] = []
    const outcomes = await consume(engine, async (_event, { number, isLast, idempotencyKey }) => {
      attempts.push({ number, isLast, idempotencyKey })
      if (number < 3) throw new Error(`failure ${number}`)
    })
    await outcomes.until(1, 'handled')
    expect(attempts).toEqual([
      { number: 1, isLast: false, idempotencyKey: 'key-1' },
      { number: 2, isLast: false, idempotencyKey: 'key-1' },
      { number: 3, isLast: true, idempotencyKey: 'key-1' },
    ])
    expect(outcomes.seen.map(({ outcome }) => outcome)).toEqual(['retried', 'retried', 'handled'])
  })

  it('waits between attempts', async () => {
    const { engine } = await useStore()
    await engine.insert([newEvent(1)])
    const times: number[] = []
    const retry = toRetryPolicy({ attempts: 3, delayMs: 1_000, factor: 1, jitter: 0 })
    const outcomes = await consume(engine, async (_event, { number }) => void times.push(number, performance.now()), {
      retry,
    })
    await outcomes.until(1, 'handled')
    // One attempt so far.
    await engine.insert([newEvent(2)])
    await outcomes.until(2, 'handled')
    expect(times).toHaveLength(4)
  })

  it('waits as long as the policy says', async () => {
    const { engine } = await useStore()
    await engine.insert([newEvent(1)])
    const times: number[] = []
    const retry = toRetryPolicy({ attempts: 2, delayMs: 1_000, factor: 1, jitter: 0 })
    const outcomes = await consume(
      engine,
      async (_event, { number }) => {
        times.push(performance.now())
        if (number === 1) throw new Error('first')
      },
      { retry },
    )
    await outcomes.until(1, 'handled')
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(950)
  })

  it('makes an event dead after its last attempt', async () => {
    const { engine } = await useStore()
    await engine.insert([newEvent(1)])
    const outcomes = await consume(engine, async (_event, { number }) => {
      throw new Error(`failure ${number}`)
    })
    await outcomes.until(1, 'dead')
    expect(await engine.get('key-1')).toMatchObject({ state: 'dead', attempts: 3, error: 'Error: failure 3' })
    expect((await engine.list({ state: 'dead' })).events.map(({ key }) => key)).toEqual(['key-1'])
    expect((await engine.stats()).counts).toMatchObject({ dead: 1, pending: 0 })
  })

  it('makes a permanent failure dead at once', async () => {
    const { engine } = await useStore()
    await engine.insert([newEvent(1)])
    const outcomes = await consume(engine, async () => {
      throw new RejectError('never')
    })
    await outcomes.until(1, 'dead')
    expect(outcomes.seen).toHaveLength(1)
    expect(await engine.get('key-1')).toMatchObject({ state: 'dead', attempts: 1, error: 'RejectError: never' })
  })

  it('keeps its concurrency', async () => {
    const { engine } = await useStore()
    await engine.insert(Array.from({ length: 30 }, (_, n) => newEvent(n)))
    let atWork = 0
    let most = 0
    const full = Promise.withResolvers<void>()
    const outcomes = await consume(
      engine,
      async () => {
        most = Math.max(most, ++atWork)
        if (atWork === 4) full.resolve()
        // However slowly they come, four run together.
        await full.promise
        await new Promise((resolve) => setImmediate(resolve))
        atWork--
      },
      { concurrency: 4 },
    )
    await outcomes.until(30, 'handled')
    expect(most).toBe(4)
  })

  it('waits for running handlers when it stops', async () => {
    const { engine, open } = await useStore()
    await engine.insert([newEvent(1), newEvent(2)])
    const started = Promise.withResolvers<void>()
    const finish = Promise.withResolvers<void>()
    const outcomes = await consume(
      engine,
      async () => {
        started.resolve()
        await finish.promise
      },
      { concurrency: 1 },
    )
    await started.promise
    const stopped = engine.stop({ drainMs: 20_000 })
    finish.resolve()
    await stopped
    expect(outcomes.seen.map(({ outcome }) => outcome)).toEqual(['handled'])
    expect((await (await open()).stats()).counts).toMatchObject({ done: 1, pending: 1 })
  })

  it('aborts handlers after drainMs; their events are retried', async () => {
    const { engine, open } = await useStore()
    await engine.insert([newEvent(1)])
    const started = Promise.withResolvers<AbortSignal>()
    await consume(engine, (_event, { signal }) => {
      started.resolve(signal)
      return new Promise(() => {})
    })
    const signal = await started.promise
    await engine.stop({ drainMs: 1 })
    expect(signal.aborted).toBe(true)
    await expectRerun(await open())
  })

  async function expectRerun(engine: Engine): Promise<void> {
    const outcomes = await consume(engine, async () => {})
    const [outcome] = await outcomes.until(1, 'handled')
    expect(outcome!.event.key).toBe('key-1')
  }
}
