import { createHash } from 'node:crypto'
import { inspect } from 'node:util'
import { Job, Queue, RedisConnection } from 'bullmq'
import { RejectError } from 'sallyport'
import { expect, it, vi } from 'vitest'
import { consume, fastRetry, newEvent, startEndless } from '../../packages/contracts/src/engine/test-store.ts'
import { describeSuite } from '../support/inbox/bullmq-suite.ts'

const hour = 3_600_000

describeSuite('the BullMQ engine', (suite) => {
  const { open } = suite

  async function countCalls(command: string): Promise<number> {
    return Number(
      new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(await suite.server.client.info('commandstats'))?.[1] ?? 0,
    )
  }

  it('gives an event to one of several racing processes', async () => {
    const first = await open()
    const racing = [first, await open(), await open()]
    const events = Array.from({ length: 40 }, (_, n) => newEvent(n))
    const answers = await Promise.all(racing.flatMap((engine) => events.map((event) => engine.insert([event]))))
    expect(answers.flat().filter((answer) => answer === 'stored')).toHaveLength(40)
    const runs: string[] = []
    const all = await Promise.all(racing.map((engine) => consume(engine, async ({ key }) => void runs.push(key))))
    await vi.waitFor(async () => expect((await first.stats()).counts.done).toBe(40), 20_000)
    expect(runs.toSorted()).toEqual(events.map(({ key }) => key).toSorted())
    expect(all.flatMap(({ seen }) => seen)).toHaveLength(40)
  })

  it('writes 100 calls at once by few scripts', async () => {
    const engine = await open()
    await engine.insert([newEvent('first')])
    const before = await countCalls('evalsha')
    await Promise.all(Array.from({ length: 100 }, (_, n) => engine.insert([newEvent(n)])))
    const scripts = (await countCalls('evalsha')) - before
    expect(scripts).toBeGreaterThan(0)
    expect(scripts).toBeLessThanOrEqual(3)
  })

  it('stores more events in one call than a script passes values', async () => {
    const engine = await open()
    const events = Array.from({ length: 5_000 }, (_, n) => newEvent(n))
    expect(new Set(await engine.insert(events))).toEqual(new Set(['stored']))
    const { events: latest } = await engine.list({ sort: 'newest', limit: 2 })
    expect(latest.map(({ key }) => key)).toEqual(['key-4999', 'key-4998'])
  })

  it('accepts any key', async () => {
    const engine = await open()
    const keys = ['wait', 'active', '0', '0:1', '123', 'a:b:c', 'ünï 🙂', '__proto__', 'x'.repeat(200), ' ']
    expect(await engine.insert(keys.map((key) => newEvent(key, { key })))).toEqual(keys.map(() => 'stored'))
    expect(await engine.insert(keys.map((key) => newEvent(key, { key })))).toEqual(keys.map(() => 'duplicate'))
    const { events } = await engine.list({})
    expect(events.map(({ key }) => key).toSorted()).toEqual(keys.toSorted())
  })

  it('keeps any bytes, and lists without bodies', async () => {
    const engine = await open()
    const bodies = [
      Buffer.alloc(0),
      Buffer.from('"body":"x"'),
      Buffer.from(Array.from({ length: 256 }, (_, n) => n)),
      Buffer.from('{"a":"ü"}'),
    ]
    // A view into a larger buffer, as bodies often are.
    const view = new Uint8Array(Buffer.from('before-inside-after')).subarray(7, 13)
    const events = [...bodies, view].map((body, n) => newEvent(n, { body, signedHeaders: { body: 'x', '"': '\\' } }))
    await engine.insert(events)
    for (const event of events) {
      expect(Buffer.from((await engine.get(event.key))!.body)).toEqual(Buffer.from(event.body))
    }
    const { events: listed } = await engine.list({})
    expect(listed.map(({ body }) => body.byteLength)).toEqual([0, 0, 0, 0, 0])
    expect(listed.map(({ signedHeaders }) => signedHeaders)).toEqual(events.map(({ signedHeaders }) => signedHeaders))
  })

  it('pages through many events of one millisecond', async () => {
    const engine = await open()
    vi.useFakeTimers({ toFake: ['Date'] })
    for (const from of [0, 150]) {
      await engine.insert(Array.from({ length: from === 0 ? 150 : 200 }, (_, n) => newEvent(from + n)))
      vi.setSystemTime(Date.now() + 1)
    }
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await engine.list({ state: 'pending', limit: 30, after })
      seen.push(...page.events.map(({ key }) => key))
      after = page.next
      // What the next page begins after is gone by then.
      const gone = page.events.slice(-2).map(({ key }) => key)
      await engine.discard({ keys: gone })
      const ids = gone.map((key) => createHash('sha256').update(key).digest('base64url'))
      await suite.server.client.zrem('{sallyport}:inbox:sallyport:unfinished', ids)
    } while (after !== undefined)
    expect(seen).toHaveLength(350)
    expect(new Set(seen).size).toBe(350)
  })

  it('deletes done and dead events after their retention', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const engine = await open({ retentionMs: hour, deadRetentionMs: 3 * hour, upkeepMs: 50 })
    await engine.insert([newEvent('done'), newEvent('dead')])
    const outcomes = await consume(engine, async ({ key }) => {
      if (key === 'key-dead') throw new Error('no')
    })
    await outcomes.until(1, 'dead')
    await outcomes.until(1, 'handled')
    expect(await engine.insert([newEvent('done')])).toEqual(['duplicate'])
    vi.setSystemTime(Date.now() + 2 * hour)
    await vi.waitFor(async () => expect(await engine.get('key-done')).toBeUndefined(), 20_000)
    expect(await engine.insert([newEvent('done'), newEvent('dead')])).toEqual(['stored', 'duplicate'])
  })

  it('reports how long the oldest event has waited', async () => {
    const engine = await open()
    const waiting = async (): Promise<number> => Math.round(((await engine.stats()).oldestPendingMs ?? -hour) / hour)
    vi.useFakeTimers({ toFake: ['Date'] })
    const start = Date.now()
    await engine.insert([newEvent('failing')])
    vi.setSystemTime(start + hour)
    await engine.insert([newEvent('fine')])
    vi.setSystemTime(start + 3 * hour)
    const retry = { ...fastRetry, delayMs: hour, maxDelayMs: hour }
    const handler = async ({ key }: { key: string }): Promise<void> => {
      if (key === 'key-failing') throw new Error('no')
    }
    const outcomes = await consume(engine, handler, { retry })
    await outcomes.until(2)
    expect(await waiting()).toBe(3)
    await engine.discard({ keys: ['key-failing'] })
    expect(await waiting()).toBe(-1)
    await engine.stop({ drainMs: 0 })
    await engine.start()
    await engine.replay({ keys: ['key-fine'] })
    expect(await waiting()).toBe(2)
  })

  it.each([hour, -hour])('stores, handles and retries after a clock jump of %i ms', async (jump) => {
    const engine = await open({ upkeepMs: 50, lockMs: 5_000 })
    const retry = { ...fastRetry, delayMs: 200, maxDelayMs: 200 }
    const outcomes = await consume(
      engine,
      async (_event, { number }) => {
        if (number === 1) throw new Error('first')
      },
      { retry },
    )
    await engine.insert([newEvent(1)])
    await outcomes.until(1, 'retried')
    const { now } = Date
    vi.spyOn(Date, 'now').mockImplementation(() => now() + jump)
    await outcomes.until(1, 'handled')
    expect(await engine.insert([newEvent(1), newEvent(2)])).toEqual(['duplicate', 'stored'])
    await outcomes.until(2, 'handled')
    expect((await engine.stats()).counts).toEqual({ pending: 0, active: 0, done: 2, dead: 0 })
  })

  it('stops storing before Redis is full, and handles the rest', async () => {
    const engine = await open({ retentionMs: 1, upkeepMs: 50, fullAt: 0.8 })
    await engine.insert([newEvent('first')])
    const used = Number(/used_memory:(\d+)/.exec(await suite.server.client.info('memory'))![1])
    await suite.server.client.config('SET', 'maxmemory', used + 12 * 1024 * 1024)
    const body = Buffer.alloc(256 * 1024)
    const stored: string[] = []
    const fill = async (): Promise<void> => {
      for (let n = 0; n < 200; n++) {
        await engine.insert([newEvent(n, { body })])
        stored.push(`key-${n}`)
      }
    }
    await expect(fill()).rejects.toMatchObject({ code: 'INBOX_FULL', message: expect.stringContaining('80 %') })
    expect(stored.length).toBeGreaterThan(10)
    const outcomes = await consume(engine, async () => {})
    await outcomes.until(stored.length + 1, 'handled')
    await vi.waitFor(() => engine.insert([newEvent('last', { body })]), 20_000)
    await suite.server.client.config('SET', 'maxmemory', 0)
  })

  it('fails with INBOX_FULL when other data fills Redis', async () => {
    const engine = await open({ fullAt: 1 })
    await engine.insert([newEvent(1)])
    await suite.server.client.config('SET', 'maxmemory', 1_000_000)
    await expect(engine.insert([newEvent(2)])).rejects.toMatchObject({ code: 'INBOX_FULL' })
    await suite.server.client.config('SET', 'maxmemory', 0)
    expect(await engine.insert([newEvent(2)])).toEqual(['stored'])
  })

  it('does not query a full Redis in a loop', async () => {
    const engine = await open()
    await engine.insert([newEvent(1)])
    await suite.server.client.config('SET', 'maxmemory', 1)
    const outcomes = await consume(engine, async () => {})
    const before = await countCalls('evalsha')
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect((await countCalls('evalsha')) - before).toBeLessThan(20)
    await suite.server.client.config('SET', 'maxmemory', 0)
    await outcomes.until(1, 'handled')
  })

  it('ignores jobs that are not events', async () => {
    const engine = await open({ queue: 'shared' })
    const queue = new Queue('shared', { connection: suite.server.client, prefix: '{sallyport}' })
    await queue.add('foreign', { hello: 'world' })
    await engine.insert([newEvent(1)])
    const outcomes = await consume(engine, async () => {})
    await outcomes.until(1, 'handled')
    await vi.waitFor(async () => expect(await queue.getFailedCount()).toBe(1), 20_000)
    expect((await engine.list({})).events.map(({ key }) => key)).toEqual(['key-1'])
    await queue.close()
  })

  const listConnections = async (): Promise<readonly string[]> =>
    String(await suite.server.client.client('LIST'))
      .trim()
      .split('\n')
  // Redis notices later that a connection is closed.
  const untilOnlyThisTest = async (): Promise<void> =>
    vi.waitFor(async () => expect(await listConnections()).toHaveLength(1), 20_000)

  it('leaves no connection open after stop', async () => {
    await untilOnlyThisTest()
    const engine = await open()
    await engine.insert([newEvent(1)])
    await consume(engine, () => new Promise(() => {}))
    // Work that begins while it is stopped.
    const begun = consume(engine, async () => {})
    await engine.stop({ drainMs: 0 })
    await begun
    await untilOnlyThisTest()
    expect((await suite.server.client.lrange('{sallyport}:inbox:active', 0, -1)).length).toBe(0)
  })

  it('lets BullMQ open no connection again after stop', async () => {
    await untilOnlyThisTest()
    const [begun, handled, stopped] = Array.from({ length: 3 }, () => Promise.withResolvers<void>())
    const { reconnect } = RedisConnection.prototype
    // Late, as on a busy machine.
    const late = vi.spyOn(RedisConnection.prototype, 'reconnect').mockImplementation(async function late(
      this: RedisConnection,
    ) {
      await stopped!.promise
      return reconnect.call(this)
    })
    const engine = await open()
    await engine.insert([newEvent(1)])
    await consume(engine, () => {
      begun!.resolve()
      return handled!.promise
    })
    await begun!.promise
    // It waits for the next event.
    await vi.waitFor(async () => expect((await listConnections()).join()).toContain('flags=b '), 20_000)
    const stopping = engine.stop({ drainMs: 20_000 })
    await vi.waitFor(() => expect(late).toHaveBeenCalled(), 20_000)
    handled!.resolve()
    await stopping
    stopped!.resolve()
    await Promise.allSettled(late.mock.results.map(({ value }) => value as Promise<void>))
    await untilOnlyThisTest()
  })

  it('keeps the set of unfinished events small', async () => {
    const engine = await open()
    await engine.insert([newEvent(1), newEvent(2)])
    const outcomes = await consume(engine, async () => {})
    await outcomes.until(2, 'handled')
    expect(await engine.insert([newEvent(1)])).toEqual(['duplicate'])
    const unfinished = '{sallyport}:inbox:sallyport:unfinished'
    await vi.waitFor(async () => expect(await suite.server.client.zcard(unfinished)).toBe(0), 20_000)
  })

  it('keeps the set of stored events small', async () => {
    const engine = await open({ upkeepMs: 20 })
    const { client } = suite.server
    const [queue, stored] = ['{sallyport}:inbox', '{sallyport}:inbox:sallyport:stored']
    await engine.insert([newEvent(1), newEvent(2), newEvent(3)])
    expect(await client.zcard(stored)).toBe(3)
    await engine.discard({ keys: ['key-1'] })
    expect(await client.zcard(stored)).toBe(2)
    // By hand.
    const id = createHash('sha256').update('key-2').digest('base64url')
    await client.lrem(`${queue}:wait`, 1, id)
    await client.del(`${queue}:${id}`)
    await consume(engine, async () => {})
    await vi.waitFor(async () => expect(await client.zcard(stored)).toBe(1), 20_000)
    expect((await engine.list()).events.map(({ key }) => key)).toEqual(['key-3'])
  })

  it('brings a queue of format 1 forward', async () => {
    const engine = await open()
    const { client } = suite.server
    for (const n of [1, 2, 3]) {
      vi.useFakeTimers({ toFake: ['Date'], now: hour * n })
      await engine.insert([newEvent(n)])
    }
    vi.useRealTimers()
    const outcomes = await consume(
      engine,
      async ({ key }) => {
        if (key === 'key-1') throw new RejectError('no')
        if (key === 'key-3') await new Promise(() => {})
      },
      { concurrency: 3 },
    )
    await outcomes.until(2)
    await engine.stop({ drainMs: 0 })
    await client.del('{sallyport}:inbox:sallyport:stored')
    await client.set('{sallyport}:inbox:sallyport:format', '1')
    await engine.start()
    const page = await engine.list({ sort: 'newest' })
    expect(page.events.map(({ key }) => key)).toEqual(['key-3', 'key-2', 'key-1'])
    expect(await client.get('{sallyport}:inbox:sallyport:format')).toBe('3')
  })

  it('lists a replayed event while upkeep runs', async () => {
    const engine = await open()
    await engine.insert([newEvent(1)])
    const outcomes = await consume(engine, () => Promise.reject(new Error('no')))
    await outcomes.until(1, 'dead')
    await engine.stop({ drainMs: 1_000 })
    await engine.start()
    const { retry } = Job.prototype
    vi.spyOn(Job.prototype, 'retry').mockImplementation(async function (this: Job, ...values) {
      await suite.server.client.zrem('{sallyport}:inbox:sallyport:unfinished', this.id!)
      await retry.apply(this, values)
    })
    expect(await engine.replay({})).toBe(1)
    expect((await engine.list({ state: 'pending' })).events.map(({ key }) => key)).toEqual(['key-1'])
    expect((await engine.stats()).oldestPendingMs).toBeGreaterThanOrEqual(0)
  })

  it('gives events back at once when it stops', async () => {
    const [engine, other] = [await open(), await open()]
    await engine.insert([newEvent(1)])
    await startEndless(engine)
    const outcomes = await consume(other, async () => {})
    await engine.stop({ drainMs: 1 })
    const [outcome] = await outcomes.until(1, 'handled')
    expect(outcome).toMatchObject({ attempt: 2 })
  })

  it('counts no attempt of an event that it did not begin', async () => {
    const engine = await open()
    await engine.insert(Array.from({ length: 400 }, (_, n) => newEvent(n)))
    for (let stops = 1; stops <= 3; stops++) {
      const worker = await open()
      const outcomes = await consume(worker, async () => {}, { concurrency: 20 })
      await outcomes.until(40)
      await worker.stop({ drainMs: 20_000 })
    }
    const { events } = await engine.list({ state: 'pending', limit: 400 })
    expect(events.length).toBeGreaterThan(0)
    expect(events.filter(({ attempts }) => attempts > 0)).toEqual([])
  })

  it('keeps no stack, and shows no event data in errors', async () => {
    const engine = await open()
    const secret = 'hunter2'
    await engine.insert([newEvent(1, { body: Buffer.from(secret) })])
    const outcomes = await consume(engine, async () => {
      throw new Error('plain')
    })
    await outcomes.until(1, 'dead')
    const keys = await suite.server.client.keys('*')
    const hashes = await Promise.all(keys.map((key) => suite.server.client.hgetall(key).catch(() => ({}))))
    expect(inspect(hashes, { depth: 9 })).not.toMatch(/ at .*:\d+:\d+/)
    await suite.server.client.config('SET', 'maxmemory', 1)
    const error: unknown = await engine
      .insert([newEvent(2, { body: Buffer.from(secret) })])
      .catch((reason: unknown) => reason)
    await suite.server.client.config('SET', 'maxmemory', 0)
    expect(error).toMatchObject({ code: 'INBOX_FULL' })
    const shown = inspect(error, { depth: 9, showHidden: true })
    for (const text of [secret, Buffer.from(secret).toString('base64'), 'key-2']) expect(shown).not.toContain(text)
  })

  it('rejects an order and a transaction it cannot keep', async () => {
    const engine = await open()
    await expect(engine.insert([newEvent(1)], {})).rejects.toMatchObject({ code: 'INBOX_UNSUPPORTED' })
  })
})
