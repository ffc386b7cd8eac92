import { expect, it } from 'vitest'
import type { EngineSubject } from './subject.ts'
import { consume, newEvent, useStores } from './test-store.ts'

/** Storing events and dropping duplicates is one atomic write. */
export function checkInserting(subject: EngineSubject): void {
  const useStore = useStores(subject)

  it('keeps everything of an event, byte by byte', async () => {
    const { engine } = await useStore()
    const event = newEvent(1, {
      body: Buffer.from([0, 255, 1, 254, 10, 13]),
      tenant: 'a',
      encoding: 'gzip',
      remoteAddress: '::1',
    })
    expect(await engine.insert([event])).toEqual(['stored'])
    const kept = await engine.get(event.key)
    expect(kept).toMatchObject({ ...event, body: expect.anything(), state: 'pending', attempts: 0 })
    expect(Buffer.from(kept!.body)).toEqual(event.body)
    expect(Math.abs(Date.now() - kept!.storedAt)).toBeLessThan(60_000)
  })

  it('hands the trace context of an event to its attempts', async () => {
    const { engine } = await useStore()
    const traceContext = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: 'vendor=1' }
    await engine.insert([newEvent('traced', { traceContext }), newEvent('plain')])
    const seen = new Map<string, unknown>()
    const outcomes = await consume(engine, async (event) => void seen.set(event.key, event.traceContext))
    await outcomes.until(2, 'handled')
    expect(seen).toEqual(
      new Map<string, unknown>([
        ['key-traced', traceContext],
        ['key-plain', undefined],
      ]),
    )
    expect((await engine.get('key-traced'))?.traceContext).toEqual(traceContext)
  })

  it('answers a batch in order, and drops its duplicates', async () => {
    const { engine } = await useStore()
    const batch = [newEvent(1), newEvent(2), newEvent(1), newEvent(3), newEvent(2)]
    expect(await engine.insert(batch)).toEqual(['stored', 'stored', 'duplicate', 'stored', 'duplicate'])
    expect(await engine.insert([newEvent(3), newEvent(4)])).toEqual(['duplicate', 'stored'])
    expect(await engine.insert([])).toEqual([])
  })

  it('stores an event raced by 50 clients exactly once', async () => {
    const { engine } = await useStore()
    const answers = await Promise.all(Array.from({ length: 50 }, () => engine.insert([newEvent('raced')])))
    expect(answers.flat().filter((answer) => answer === 'stored')).toHaveLength(1)
    expect((await engine.stats()).counts.pending).toBe(1)
  })

  it('gives each of many callers its own answer', async () => {
    const { engine } = await useStore()
    await engine.insert([newEvent(7)])
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => engine.insert([newEvent(n)])))
    expect(answers.map(([answer]) => answer)).toEqual(
      Array.from({ length: 100 }, (_, n) => (n === 7 ? 'duplicate' : 'stored')),
    )
  })

  it('drops a duplicate of an event that is done', async () => {
    const { engine } = await useStore()
    await engine.insert([newEvent(1)])
    const outcomes = await consume(engine, async () => {})
    await outcomes.until(1, 'handled')
    expect(await engine.insert([newEvent(1)])).toEqual(['duplicate'])
    expect(outcomes.seen).toHaveLength(1)
  })

  it('stores bodies of tens of megabytes', async () => {
    const { engine } = await useStore()
    const body = Buffer.alloc(24 * 1024 * 1024, 'sallyport ')
    await engine.insert([newEvent('large', { body })])
    const seen: number[] = []
    const outcomes = await consume(
      engine,
      async (event) => void seen.push(Buffer.compare(Buffer.from(event.body), body)),
    )
    await outcomes.until(1, 'handled')
    // Compared, not counted: a body this large may block its process for longer than a lease, and is then retried.
    expect(new Set(seen)).toEqual(new Set([0]))
  })

  it('keeps its events across a restart', async () => {
    const { engine, open } = await useStore()
    await engine.insert([newEvent(1), newEvent(2)])
    await engine.stop({ drainMs: 0 })
    const again = await open()
    expect(await again.insert([newEvent(1)])).toEqual(['duplicate'])
    expect((await again.stats()).counts.pending).toBe(2)
  })
}
