import { RejectError } from 'sallyport'
import type { AttemptRecord, EventHistory } from 'sallyport/inbox'
import { expect, it } from 'vitest'
import type { EngineSubject } from './subject.ts'
import { checkDuplicates, patience, readHistory } from './history-duplicates.ts'
import { consume, newEvent, startEndless, useStores } from './test-store.ts'

const outcomes = ({ attempts }: EventHistory): unknown[] => attempts.map(({ number, outcome }) => [number, outcome])

/** What became of each attempt, and how often an event arrived again; optional, by `promises.history`. */
export function checkHistory(subject: EngineSubject): void {
  const useStore = useStores(subject)

  if (subject.createEngine('only-asked').promises.history !== true) {
    it('has no history, which it does not promise', async () => {
      const { engine } = await useStore()
      await engine.insert([newEvent(1)])
      expect((await engine.get('key-1'))!.history).toBeUndefined()
    })
    return
  }

  it('has no attempt and no duplicate of a new event', async () => {
    const { engine } = await useStore()
    await engine.insert([newEvent(1)])
    expect(await readHistory(engine)).toEqual({ attempts: [], duplicates: { count: 0, latest: [] } })
    expect((await engine.list()).events[0]).not.toHaveProperty('history')
  })

  it('shows an attempt while it runs, and when it succeeded', async () => {
    const { engine } = await useStore()
    const before = Date.now()
    await engine.insert([newEvent(1)])
    let during: EventHistory | undefined
    const seen = await consume(engine, async () => void (during = await readHistory(engine)))
    await seen.until(1, 'handled')
    expect(outcomes(during!)).toEqual([[1, 'running']])
    expect(during!.attempts[0]!.endedAt).toBeUndefined()
    const [attempt] = (await readHistory(engine)).attempts
    const { begunAt } = during!.attempts[0]!
    expect(attempt).toMatchObject({ number: 1, outcome: 'handled', begunAt, worker: expect.stringMatching(/:\d+$/) })
    expect(attempt!.worker).toBe(during!.attempts[0]!.worker)
    expect(attempt!.endedAt).toBeGreaterThanOrEqual(begunAt)
    expect(attempt!.durationMs).toBe(attempt!.endedAt! - begunAt)
    expect(attempt!.error).toBeUndefined()
    // The store may have its own clock.
    expect(Math.abs(begunAt - before)).toBeLessThan(60_000)
  })

  it('keeps what failed attempts threw', async () => {
    const { engine } = await useStore()
    await engine.insert([newEvent(1)])
    const seen = await consume(engine, async (_event, { number }) => {
      if (number === 1) throw new TypeError('first\u0000\ud800 "failure"')
      throw new RejectError('for good')
    })
    await seen.until(1, 'dead')
    const { attempts } = await readHistory(engine)
    expect(attempts).toMatchObject([
      { number: 1, outcome: 'retried', error: { name: 'TypeError', message: 'first\u0000\ud800 "failure"' } },
      { number: 2, outcome: 'dead', error: { name: 'RejectError', message: 'for good' } },
    ])
    for (const { error, begunAt, endedAt, durationMs, worker } of attempts) {
      expect(error!.stack[0]).toMatch(/^at .*history/)
      expect(endedAt! - begunAt).toBeGreaterThanOrEqual(0)
      expect(durationMs).toBeGreaterThanOrEqual(0)
      expect(worker).toMatch(/:\d+$/)
    }
  })

  it('keeps a bounded number of attempts, the latest', async () => {
    const { engine } = await useStore()
    await engine.insert([newEvent(1)])
    const attempts = 25
    const seen = await consume(
      engine,
      async (_event, { number }) => {
        throw new Error(`${number} ${'x'.repeat(100_000)}`)
      },
      { retry: { attempts, delayMs: 0, maxDelayMs: 0, factor: 1, jitter: 0 } },
    )
    await seen.until(1, 'dead')
    const history = await readHistory(engine)
    expect(history.attempts.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, n) => n + 6))
    expect(JSON.stringify(history).length).toBeLessThan(60_000)
  })

  it('redacts what a failed attempt threw', async () => {
    const { engine } = await useStore()
    await engine.insert([newEvent(1)])
    const redact = (text: string, provider: string): string => text.replaceAll('secret', `[${provider}]`)
    const fail = async (): Promise<void> => {
      throw new RejectError('the secret')
    }
    const seen = await consume(engine, fail, { redact })
    await seen.until(1, 'dead')
    const { error, history } = (await engine.get('key-1'))!
    expect(error).toBe('RejectError: the [test]')
    expect(history!.attempts[0]!.error!.message).toBe('the [test]')
  })

  it('keeps attempts across replays, which count from 1', async () => {
    const { engine } = await useStore()
    await engine.insert([newEvent(1)])
    let mayPass = false
    const seen = await consume(engine, async () => {
      if (!mayPass) throw new RejectError('not yet')
    })
    await seen.until(1, 'dead')
    mayPass = true
    await engine.replay({ keys: ['key-1'] })
    await seen.until(1, 'handled')
    await engine.replay({ keys: ['key-1'] })
    await seen.until(2, 'handled')
    const history = await readHistory(engine)
    expect(outcomes(history)).toEqual([
      [1, 'dead'],
      [1, 'handled'],
      [1, 'handled'],
    ])
    const { begunAt, endedAt, worker }: AttemptRecord = history.attempts[1]!
    expect(endedAt).toBeGreaterThanOrEqual(begunAt)
    expect(worker).toMatch(/:\d+$/)
  })

  it('shows an attempt that was aborted as lost', async () => {
    const { engine, open } = await useStore()
    await engine.insert([newEvent(1)])
    await startEndless(engine)
    await engine.stop({ drainMs: 1 })
    const again = await open()
    const seen = await consume(again, async () => {})
    await seen.until(1, 'handled')
    expect(outcomes(await readHistory(again))).toEqual([
      [1, 'lost'],
      [2, 'handled'],
    ])
  })

  it.skipIf(subject.killWorker === undefined)('shows the attempt of a killed process as lost', async () => {
    const { engine, store, open } = await useStore()
    await engine.insert([newEvent(1)])
    await subject.killWorker!(store)
    const [cut] = (await readHistory(engine)).attempts
    expect(cut).toMatchObject({ number: 1, outcome: 'running', worker: expect.stringMatching(/:\d+$/) })
    expect(cut!.worker).not.toContain(`:${process.pid}`)
    const seen = await consume(await open(), async () => {})
    await seen.until(1, 'handled')
    const { attempts } = await readHistory(engine)
    expect(attempts).toMatchObject([
      { number: 1, outcome: 'lost', begunAt: cut!.begunAt, worker: cut!.worker },
      { number: 2, outcome: 'handled' },
    ])
    expect(attempts[0]!.endedAt).toBeUndefined()
  })

  checkDuplicates(useStore)

  it('forgets the history of an event with the event', async () => {
    const { engine } = await useStore()
    await engine.insert([newEvent(1)])
    await engine.insert([newEvent(1)])
    const seen = await consume(engine, async () => {
      throw new RejectError('no')
    })
    await seen.until(1, 'dead')
    await expect.poll(() => readHistory(engine), patience).toMatchObject({ duplicates: { count: 1 } })
    expect(await engine.discard({ keys: ['key-1'] })).toBe(1)
    await engine.stop({ drainMs: 0 })
    await engine.start()
    await engine.insert([newEvent(1)])
    expect(await readHistory(engine)).toEqual({ attempts: [], duplicates: { count: 0, latest: [] } })
  })
}
