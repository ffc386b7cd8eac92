import { createBullMqEngine, type BullMqEngineOptions } from 'sallyport/inbox/bullmq'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { newEvent } from '../../packages/contracts/src/engine/test-store.ts'
import { canCutPower, createPower } from '../support/inbox/redis-power.ts'
import { durable, hasRedisServer, startRedisServer, type RedisServer } from '../support/inbox/redis-server.ts'

const what = 'power cuts of the BullMQ engine'
const isPossible = hasRedisServer(what) && canCutPower(what)

describe.runIf(isPossible)('a power cut of Redis', () => {
  let server: RedisServer | undefined
  afterEach(() => server?.remove())

  /** Accepts until the plug is pulled; tells how many events of those that were acknowledged are gone. */
  async function acceptUntilCut(
    settings: readonly string[],
    options: Partial<BullMqEngineOptions>,
    isRewriting: boolean,
  ) {
    server = await startRedisServer(settings, createPower())
    const engine = createBullMqEngine({ connection: server.url, ...options })
    await engine.start()
    const acknowledged: string[] = []
    const senders = Array.from({ length: 8 }, async (_, sender) => {
      for (let n = 0; ; n++) {
        const event = newEvent(`${sender}-${n}`)
        const isKept = await engine.insert([event]).then(
          () => true,
          () => false,
        )
        if (!isKept) return
        acknowledged.push(event.key)
      }
    })
    await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(50), 20_000)
    if (isRewriting) await server.client.bgrewriteaof()
    const before = acknowledged.length
    await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 200))
    await vi.waitFor(() => expect(acknowledged.length).toBeGreaterThan(before + 10), 20_000)
    await server.cutPower()
    await Promise.all(senders)
    await engine.stop({ drainMs: 0 })
    await server.restart()
    await engine.start()
    const kept = await Promise.all(acknowledged.map((key) => engine.get(key)))
    await engine.stop({ drainMs: 0 })
    return { acknowledged: acknowledged.length, lost: kept.filter((event) => event === undefined).length }
  }

  it.each([false, true, false, true])('loses nothing acknowledged (rewriting the log: %s)', async (isRewriting) => {
    expect(await acceptUntilCut(durable, {}, isRewriting)).toMatchObject({ lost: 0 })
  })

  it.each([
    ['appendfsync everysec', ['--appendfsync', 'everysec'], false],
    // Syncs are left out for as long as the child takes, here forever.
    ['no-appendfsync-on-rewrite', ['--no-appendfsync-on-rewrite', 'yes', '--rdb-key-save-delay', '1000000'], true],
  ] as const)('control: %s loses events', async (_name, weaker, isRewriting) => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {})
    let lost = 0
    // A cut in the moment after a sync takes nothing.
    for (let cuts = 0; cuts < 5 && lost === 0; cuts++) {
      await server?.remove()
      lost = (await acceptUntilCut([...durable, ...weaker], { durability: 'as configured' }, isRewriting)).lost
    }
    expect(printed).toHaveBeenCalled()
    printed.mockRestore()
    expect(lost).toBeGreaterThan(0)
  })
})
