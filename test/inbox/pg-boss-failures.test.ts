import { toRetryPolicy, type Engine } from 'sallyport/inbox'
import { expect, it } from 'vitest'
import { consume, newEvent } from '../../packages/contracts/src/engine/test-store.ts'
import { administer, databaseUrl, ownName } from '../support/inbox/pg-boss-database.ts'
import { openProxy } from '../support/inbox/pg-boss-proxy.ts'
import { describeSuite } from '../support/inbox/pg-boss-suite.ts'

// A run with a lost lease counts as an attempt. Connections are lost often here, so allow many attempts.
const manyRuns = toRetryPolicy({ attempts: 50, delayMs: 0, maxDelayMs: 0, jitter: 0 })

/** What senders were told while something went wrong. */
interface Load {
  readonly acknowledged: Set<string>
  readonly refused: string[]
  stop(): Promise<void>
}

/** Accepts events one after the other from many senders. */
function load(engine: Engine, senders: number): Load {
  const acknowledged = new Set<string>()
  const refused: string[] = []
  const ending = new AbortController()
  const work = Array.from({ length: senders }, async (_, sender) => {
    for (let n = 0; !ending.signal.aborted; n++) {
      const event = newEvent(`${sender}-${n}`)
      await engine.insert([event]).then(
        () => acknowledged.add(event.key),
        async (error: { code: string }) => {
          refused.push(error.code)
          await new Promise((resolve) => setTimeout(resolve, 20))
        },
      )
    }
  })
  return {
    acknowledged,
    refused,
    async stop() {
      ending.abort()
      await Promise.all(work)
    },
  }
}

async function expectAllHandled(engine: Engine, { acknowledged }: Load, handled: Set<string>): Promise<void> {
  // Also of what was not acknowledged, some was stored: the answer was lost with the connection.
  const left = async (): Promise<number> => {
    const { counts } = await engine.stats()
    return counts.pending + counts.active
  }
  await expect.poll(left, { timeout: 20_000, interval: 100 }).toBe(0)
  expect([...acknowledged].filter((key) => !handled.has(key))).toEqual([])
  expect((await engine.stats()).counts).toMatchObject({
    dead: 0,
    done: expect.toSatisfy((done) => done >= acknowledged.size),
  })
}

describeSuite('a database that goes away', ({ createEngine }) => {
  it('loses connections under load, and no stored event', async () => {
    const name = ownName('load')
    const url = new URL(databaseUrl)
    url.searchParams.set('application_name', name)
    const engine = createEngine({ connectionString: url.href, leaseMs: 3_000 })
    await engine.start()
    const handled = new Set<string>()
    await consume(engine, async ({ key }) => void handled.add(key), { retry: manyRuns })
    const senders = load(engine, 10)
    for (let round = 0; round < 5; round++) {
      const before = senders.acknowledged.size
      await expect.poll(() => senders.acknowledged.size).toBeGreaterThan(before + 20)
      await administer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '${name}'`)
    }
    const before = senders.acknowledged.size
    await expect.poll(() => senders.acknowledged.size, { timeout: 20_000 }).toBeGreaterThan(before)
    await senders.stop()
    expect(new Set(senders.refused)).toEqual(new Set(['INBOX_UNAVAILABLE']))
    await expectAllHandled(engine, senders, handled)
  })

  it('is stopped and started: the engine recovers by itself', async () => {
    const proxy = await openProxy()
    const engine = createEngine({ connectionString: proxy.url, leaseMs: 3_000 })
    await engine.start()
    const handled = new Set<string>()
    await consume(engine, async ({ key }) => void handled.add(key), { retry: manyRuns })
    const senders = load(engine, 5)
    await expect.poll(() => senders.acknowledged.size).toBeGreaterThan(20)
    await proxy.cut()
    await expect.poll(() => senders.refused.length).toBeGreaterThan(10)
    const before = senders.acknowledged.size
    await expect(engine.get('key-0-0')).rejects.toMatchObject({ code: 'INBOX_UNAVAILABLE' })
    await proxy.restore()
    await expect.poll(() => senders.acknowledged.size, { timeout: 20_000 }).toBeGreaterThan(before + 20)
    await senders.stop()
    expect(new Set(senders.refused)).toEqual(new Set(['INBOX_UNAVAILABLE']))
    await expectAllHandled(engine, senders, handled)
    await engine.stop({ drainMs: 1_000 })
    await proxy.cut()
  })

  it('stops answering: calls fail in time', async () => {
    const proxy = await openProxy()
    const engine = createEngine({ connectionString: proxy.url, timeoutMs: 4_000 })
    await engine.start()
    await engine.insert([newEvent(1)])
    proxy.swallow()
    // Without its own limit it would wait forever.
    await expect(engine.insert([newEvent(2)])).rejects.toMatchObject({ code: 'INBOX_TIMEOUT' })
    await proxy.cut()
    await proxy.restore()
    // A try that is given up on a busy machine may have been stored all the same.
    await expect
      .poll(() => engine.insert([newEvent(2)]).catch((error: { code: string }) => [error.code]))
      .toEqual([expect.stringMatching(/^(stored|duplicate)$/)])
    await engine.stop({ drainMs: 0 })
    await proxy.cut()
  })

  it('is down at the start: the engine starts later', async () => {
    const proxy = await openProxy()
    await proxy.cut()
    const engine = createEngine({ connectionString: proxy.url })
    await expect(engine.start()).rejects.toMatchObject({ code: 'INBOX_UNAVAILABLE' })
    await proxy.restore()
    await engine.start()
    expect(await engine.insert([newEvent(1)])).toEqual(['stored'])
    await engine.stop({ drainMs: 0 })
    await proxy.cut()
  })
})
