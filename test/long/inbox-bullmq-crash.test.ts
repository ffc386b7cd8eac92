import type { Engine } from 'sallyport/inbox'
import { createBullMqEngine, type BullMqEngineOptions } from 'sallyport/inbox/bullmq'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { consume, newEvent, startEndless } from '../../packages/contracts/src/engine/test-store.ts'
import { killWorker } from '../support/inbox/kill-worker.ts'
import { hasRedisServer, startRedisServer, type RedisServer } from '../support/inbox/redis-server.ts'

const isInstalled = hasRedisServer('what the BullMQ engine survives')

describe.runIf(isInstalled)('the BullMQ engine', () => {
  let server: RedisServer
  let engines: Engine[] = []
  beforeAll(async () => {
    server = await startRedisServer()
  })
  afterEach(async () => {
    await Promise.all(engines.map((engine) => engine.stop({ drainMs: 0 })))
    engines = []
    // Locks left behind would be written to the log once more when their time is up, whatever is tested then.
    await server.client.flushall()
  })
  afterAll(() => server?.remove())

  async function open(options: Partial<BullMqEngineOptions>): Promise<Engine> {
    const engine = createBullMqEngine({ connection: server.url, ...options })
    engines.push(engine)
    await engine.start()
    return engine
  }

  it('retries events whose processes were killed, every time', async () => {
    // Long enough for a process that has just started on a busy machine to renew its locks.
    const options = { queue: 'killed', lockMs: 3_000 }
    const engine = await open(options)
    await engine.insert([newEvent(1), newEvent(2)])
    // More than the one time that BullMQ allows by itself.
    const worker = { engine: 'bullmq', options: { ...options, connection: server.url } } as const
    for (const attempt of ['1', '2', '3'])
      expect(await killWorker(worker, 2)).toEqual([`key-1 ${attempt}`, `key-2 ${attempt}`])
    const outcomes = await consume(engine, async () => {})
    const handled = await outcomes.until(2, 'handled')
    expect(handled.map(({ attempt }) => attempt)).toEqual([4, 4])
    const { attempts } = (await engine.get('key-1'))!.history!
    expect(attempts.map(({ number, outcome }) => [number, outcome])).toEqual([
      [1, 'lost'],
      [2, 'lost'],
      [3, 'lost'],
      [4, 'handled'],
    ])
    expect(new Set(attempts.map((attempt) => attempt.worker)).size).toBe(4)
  })

  it('loses nothing it acknowledged when Redis is killed', async () => {
    // A call that waited that long for an answer would outlast the test.
    const engine = await open({ queue: 'outage', lockMs: 1_000, timeoutMs: 600_000 })
    const handled = new Set<string>()
    const outcomes = await consume(engine, async ({ key }) => void handled.add(key))
    const stored: string[] = []
    const refused: unknown[] = []
    const over = new AbortController()
    const senders = Array.from({ length: 8 }, async (_, sender) => {
      for (let n = 0; !over.signal.aborted; n++) {
        const event = newEvent(`${sender}-${n}`)
        await engine.insert([event]).then(
          () => stored.push(event.key),
          async (error: { code: string }) => {
            refused.push(error.code)
            await new Promise((resolve) => setTimeout(resolve, 20))
          },
        )
      }
    })
    await vi.waitFor(() => expect(stored.length).toBeGreaterThan(100), 20_000)
    await server.kill()
    await vi.waitFor(() => expect(refused.length).toBeGreaterThan(10), 20_000)
    const before = stored.length
    await server.restart()
    await vi.waitFor(() => expect(stored.length).toBeGreaterThan(before + 100), 20_000)
    over.abort()
    await Promise.all(senders)
    expect(new Set(refused)).toEqual(new Set(['INBOX_UNAVAILABLE']))
    await vi.waitFor(() => expect(stored.filter((key) => !handled.has(key))).toEqual([]), 20_000)
    expect(outcomes.seen.filter(({ outcome }) => outcome !== 'handled')).toEqual([])
  })

  it('has an event whole or not at all after a torn log', async () => {
    const engine = await open({ queue: 'torn' })
    await engine.insert([newEvent('before')])
    const start = await server.logSize()
    await engine.insert([newEvent('torn')])
    const end = await server.logSize()
    await engine.stop({ drainMs: 0 })
    const kept = await server.copyLog()
    const cuts = [start, start + 1, Math.round((start + end) / 2), end - 20, end - 1, end]
    for (const size of cuts) {
      await server.kill()
      await server.putLog(kept, size)
      await server.restart()
      const again = await open({ queue: 'torn' })
      const isThere = size === end
      expect(await again.get('key-torn').then(Boolean), `cut at ${size} of ${end}`).toBe(isThere)
      expect(await again.insert([newEvent('before'), newEvent('torn')])).toEqual([
        'duplicate',
        isThere ? 'duplicate' : 'stored',
      ])
      const outcomes = await consume(again, async () => {})
      const events = (await outcomes.until(2, 'handled')).map(({ event }) => event)
      expect(events.map(({ key, body }) => `${key} ${String(body)}`).toSorted()).toEqual([
        'key-before {"n":"before"}',
        'key-torn {"n":"torn"}',
      ])
      await again.stop({ drainMs: 0 })
    }
  })

  it('fails in time while Redis hangs', async () => {
    // Two engines over one queue: only one is impatient, the other may be slow on a busy machine.
    const engine = await open({ queue: 'hang' })
    const impatient = await open({ queue: 'hang', timeoutMs: 2_000 })
    await impatient.insert([newEvent(1)])
    server.signal('SIGSTOP')
    // It answers no more: without a limit this would wait forever.
    await expect(impatient.insert([newEvent(2)])).rejects.toMatchObject({ code: 'INBOX_TIMEOUT' })
    server.signal('SIGCONT')
    // It may have been stored after all: then the sender's next try is a duplicate.
    expect(['stored', 'duplicate']).toContain((await engine.insert([newEvent(2)]))[0])
    expect((await engine.stats()).counts.pending).toBe(2)
  })

  it('stores when Redis has lost its scripts', async () => {
    const engine = await open({ queue: 'scripts' })
    await engine.insert([newEvent(1)])
    await server.client.script('FLUSH')
    expect(await engine.insert([newEvent(1), newEvent(2)])).toEqual(['duplicate', 'stored'])
    expect((await engine.list({})).events.map(({ key }) => key)).toEqual(['key-1', 'key-2'])
  })

  it('can consume later when Redis is down at first', async () => {
    const engine = await open({ queue: 'begin' })
    await engine.insert([newEvent(1)])
    await server.kill()
    await expect(consume(engine, async () => {})).rejects.toMatchObject({ code: 'INBOX_UNAVAILABLE' })
    await server.restart()
    const outcomes = await vi.waitFor(() => consume(engine, async () => {}), 20_000)
    await outcomes.until(1, 'handled')
  })

  it('stops while Redis is down', async () => {
    // A call that waited that long for Redis would outlast the test.
    const engine = await open({ queue: 'stop', timeoutMs: 600_000, lockMs: 600_000 })
    await engine.insert([newEvent(1)])
    await startEndless(engine)
    await server.kill()
    await engine.stop({ drainMs: 100 })
    await server.restart()
  })
})
