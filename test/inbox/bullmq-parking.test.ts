import { Job, Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { expect, it, vi } from 'vitest'
import { consume, newEvent } from '../../packages/contracts/src/engine/test-store.ts'
import { describeSuite } from '../support/inbox/bullmq-suite.ts'

const delayed = '{sallyport}:inbox:delayed'

describeSuite('BullMQ beside a process without the receiver', (suite) => {
  const { open } = suite

  // Rounds begin when the test says so.
  const nextRound = (): unknown => vi.advanceTimersByTime(1_000)

  /** Stores events for which only `right` has a receiver, and lets the other process put them aside. */
  async function openBoth(events: readonly ReturnType<typeof newEvent>[]) {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const [wrong, right] = [await open(), await open()]
    await wrong.insert(events)
    const parked: string[] = []
    const outcomes = await consume(wrong, async () => {}, {
      providers: () => ['other'],
      onNoReceiver: (provider) => void parked.push(provider),
    })
    await vi.waitFor(async () => expect(await suite.server.client.zcard(delayed)).toBe(events.length), 20_000)
    return { wrong, right, parked, outcomes }
  }

  it('calls few events back, and none without a free slot', async () => {
    const { wrong, right, parked, outcomes } = await openBoth(Array.from({ length: 300 }, (_, n) => newEvent(n)))
    const gate = Promise.withResolvers<void>()
    const attempts: number[] = []
    const handled = await consume(
      right,
      async (_event, { number }) => {
        attempts.push(number)
        await gate.promise
      },
      { concurrency: 2, providers: () => ['test'] },
    )
    const untilBegun = async (count: number, interval: number): Promise<void> =>
      vi.waitFor(
        () => {
          nextRound()
          expect(attempts.length).toBeGreaterThanOrEqual(count)
        },
        { timeout: 20_000, interval },
      )
    await untilBegun(2, 50)
    let before = 0
    for (let round = 1; round <= 6; round++) {
      nextRound()
      // Handled after whatever was called back before it.
      await suite.server.client.ping()
      await wrong.insert([newEvent(`marker-${round}`, { provider: 'other' })])
      await outcomes.until(round, 'handled')
      if (round === 1) before = parked.length
    }
    expect(parked.length - before).toBeLessThan(20)
    gate.resolve()
    await untilBegun(100, 1_000)
    await handled.until(100, 'handled')
    expect(attempts.filter((number) => number !== 1)).toEqual([])
    // A few are called back for each that is handled, and those that the other process claims are put aside again.
    expect(parked.length).toBeLessThan(300 + 5 * attempts.length)
  })

  it('calls back events of each provider in turn', async () => {
    const many = Array.from({ length: 100 }, (_, n) => newEvent(n))
    const { right } = await openBoth([...many, newEvent('late', { provider: 'rare' })])
    const order: string[] = []
    const outcomes = await consume(right, async ({ provider }) => void order.push(provider), {
      concurrency: 1,
      providers: () => ['test', 'rare'],
    })
    await vi.waitFor(() => {
      nextRound()
      expect(order).toContain('rare')
    }, 20_000)
    expect(order.indexOf('rare')).toBeLessThan(50)
    await outcomes.until(1, 'handled')
  })

  it('finds an event again that it could not call back', async () => {
    const { right } = await openBoth([newEvent(1)])
    const promote = vi.spyOn(Job.prototype, 'promote').mockRejectedValueOnce(new Error('Command timed out'))
    const outcomes = await consume(right, async () => {}, { providers: () => ['test'] })
    await vi.waitFor(() => {
      nextRound()
      expect(outcomes.seen.map(({ outcome }) => outcome)).toEqual(['handled'])
    }, 20_000)
    expect(promote.mock.calls.length).toBeGreaterThanOrEqual(2)
  })

  it('leaves events aside that are parked during upkeep', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] })
    const engine = await open({ upkeepMs: 500 })
    const queue = new Queue('inbox', { connection: suite.server.client, prefix: '{sallyport}' })
    await consume(engine, async () => {}, { concurrency: 1 })
    const { zrangebyscore } = Redis.prototype
    const looks = vi.spyOn(Redis.prototype, 'zrangebyscore').mockImplementation(async function (
      this: Redis,
      ...values: unknown[]
    ) {
      // On a busy machine, a second may pass here.
      vi.setSystemTime(Date.now() + 1_000)
      await queue.add('parked', {}, { delay: 600_000 })
      return zrangebyscore.apply(this, values as never)
    })
    vi.advanceTimersByTime(500)
    await vi.waitFor(() => expect(looks).toHaveBeenCalledTimes(1), 20_000)
    await engine.stop({ drainMs: 0 })
    expect(await suite.server.client.zcard(delayed)).toBe(1)
    await queue.close()
  })
})
