import type { Engine } from 'sallyport/inbox'
import { createBullMqEngine, type BullMqEngineOptions } from 'sallyport/inbox/bullmq'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { consume, newEvent } from '../../packages/contracts/src/engine/test-store.ts'
import { durable, hasRedisServer, startRedisServer } from '../support/inbox/redis-server.ts'
import { startRedisPair, type RedisPair } from '../support/inbox/redis-sentinel.ts'

const isInstalled = hasRedisServer('what the BullMQ engine keeps when a replica takes over')

describe.runIf(isInstalled)('the BullMQ engine, when a replica takes over', () => {
  let pair: RedisPair | undefined
  let engine: Engine | undefined
  afterEach(async () => {
    await engine?.stop({ drainMs: 0 })
    await pair?.remove()
    engine = undefined
    pair = undefined
  })

  /** Eight senders under way until `stop`. */
  function load(to: Engine) {
    const acknowledged: string[] = []
    const refused: string[] = []
    const over = new AbortController()
    const sending = Array.from({ length: 8 }, async (_, sender) => {
      for (let n = 0; !over.signal.aborted; n++) {
        const event = newEvent(`${sender}-${n}`)
        await to.insert([event]).then(
          () => acknowledged.push(event.key),
          async (error: Error) => {
            refused.push(error.message)
            await new Promise((resolve) => setTimeout(resolve, 20))
          },
        )
      }
    })
    return {
      acknowledged,
      refused,
      async stop() {
        over.abort()
        await Promise.all(sending)
      },
    }
  }

  /**
   * The replica is cut off and takes over later.
   *
   * @param during what happens while the master is alone
   * @returns keys of acknowledged events that the new master does not have
   */
  async function failOver(
    options: Partial<BullMqEngineOptions>,
    during: (senders: ReturnType<typeof load>) => Promise<void>,
  ) {
    pair = await startRedisPair()
    engine = createBullMqEngine({ connection: pair.connection, lockMs: 2_000, ...options })
    await engine.start()
    const handled = new Set<string>()
    await consume(engine, async ({ key }) => void handled.add(key))
    const senders = load(engine)
    await vi.waitFor(() => expect(senders.acknowledged.length).toBeGreaterThan(100), 20_000)
    pair.replication.swallow()
    await during(senders)
    await pair.master.kill()
    await pair.untilPromoted()
    await pair.rejoin()
    const before = senders.acknowledged.length
    await vi.waitFor(() => expect(senders.acknowledged.length).toBeGreaterThan(before + 100), 20_000)
    await senders.stop()
    const kept = await Promise.all(senders.acknowledged.map((key) => engine!.get(key)))
    const lost = senders.acknowledged.filter((_, index) => kept[index] === undefined)
    // The consumer has followed to the new master.
    const there = senders.acknowledged.filter((key) => !lost.includes(key))
    await vi.waitFor(() => expect(there.filter((key) => !handled.has(key))).toEqual([]), 20_000)
    return { acknowledged: senders.acknowledged.length, lost: lost.length }
  }

  it('loses nothing acknowledged with replicas: 1', async () => {
    const count = await failOver({ replicas: 1 }, async ({ acknowledged, refused }) => {
      const before = acknowledged.length
      await vi.waitFor(() => expect(refused.join()).toContain('of 1 replicas'), 20_000)
      // What was under way when the replica was cut off.
      expect(acknowledged.length - before).toBeLessThanOrEqual(8)
    })
    console.log(`fail-over, replicas: 1: ${count.acknowledged} acknowledged, ${count.lost} lost`)
    expect(count.lost).toBe(0)
  })

  it('control: loses what the replica did not get', async () => {
    const count = await failOver({}, async ({ acknowledged }) => {
      const before = acknowledged.length
      await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(before + 50), 20_000)
    })
    console.log(`fail-over, by default: ${count.acknowledged} acknowledged, ${count.lost} lost`)
    expect(count.lost).toBeGreaterThan(0)
  })

  it('stores a refused event again as a duplicate', async () => {
    pair = await startRedisPair()
    engine = createBullMqEngine({ connection: pair.connection, replicas: 1 })
    await engine.start()
    expect(await engine.insert([newEvent(1)])).toEqual(['stored'])
    pair.replication.swallow()
    await expect(engine.insert([newEvent(2)])).rejects.toMatchObject({ code: 'INBOX_UNAVAILABLE' })
    // Also a duplicate counts only once the replica has it.
    await expect(engine.insert([newEvent(2)])).rejects.toMatchObject({ code: 'INBOX_UNAVAILABLE' })
    await pair.replication.cut()
    await pair.replication.restore()
    await vi.waitFor(async () => expect(await engine!.insert([newEvent(2)])).toEqual(['duplicate']), 20_000)
  })

  it('is refused by a Redis that wants more replicas', async () => {
    const server = await startRedisServer([...durable, '--min-replicas-to-write', '1'])
    engine = createBullMqEngine({ connection: server.url })
    await expect(engine.start()).rejects.toMatchObject({ code: 'INBOX_UNAVAILABLE', detail: 'Redis: NOREPLICAS' })
    await server.client.config('SET', 'min-replicas-to-write', '0')
    await engine.start()
    await server.client.config('SET', 'min-replicas-to-write', '1')
    await expect(engine.insert([newEvent(1)])).rejects.toMatchObject({ code: 'INBOX_UNAVAILABLE' })
    await engine.stop({ drainMs: 0 })
    await server.remove()
  })
})
