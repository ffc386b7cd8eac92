import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { toRetryPolicy } from 'sallyport/inbox'
import { afterEach, expect, it } from 'vitest'
import { consume, newEvent } from '../../packages/contracts/src/engine/test-store.ts'
import { administer, countRows, databaseUrl } from '../support/inbox/pg-boss-database.ts'
import { describeSuite } from '../support/inbox/pg-boss-suite.ts'

const program = fileURLToPath(new URL('../support/inbox/pg-boss-worker.ts', import.meta.url))

describeSuite('several processes on one inbox', ({ createEngine, createQueue, schema }) => {
  let children: ChildProcess[] = []
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL')
    children = []
  })

  function start(queue: string, mode: string, count = 0): { child: ChildProcess; lines: Interface } {
    const values = [databaseUrl, schema, queue, mode, String(count)]
    const child = spawn(process.execPath, ['--conditions=@sallyport/source', program, ...values], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    children.push(child)
    return { child, lines: createInterface({ input: child.stdout }) }
  }

  async function nextLine(lines: Interface): Promise<string> {
    const over = new AbortController()
    const closed = once(lines, 'close', over).then(() => {
      throw new Error('the process ended without another line')
    })
    try {
      const [line] = (await Promise.race([once(lines, 'line', over), closed])) as [string]
      return line
    } finally {
      over.abort()
      closed.catch(() => {})
    }
  }

  it('install the schema together', async () => {
    const engines = Array.from({ length: 4 }, () => createEngine({ queue: 'together', maxConnections: 3 }))
    await Promise.all(engines.map((engine) => engine.start()))
    const answers = await Promise.all(engines.map((engine) => engine.insert([newEvent(1)])))
    expect(answers.flat().toSorted()).toEqual(['duplicate', 'duplicate', 'duplicate', 'stored'])
  })

  it('store an event that all receive once, and handle it once', async () => {
    const queue = createQueue()
    const count = 200
    const two = [start(queue, 'race', count), start(queue, 'race', count)]
    await Promise.all(two.map(({ lines }) => nextLine(lines)))
    const ends = Promise.all(two.map(({ lines }) => nextLine(lines)))
    for (const { child } of two) child.stdin!.write('go\n')
    const results = (await ends).map((line) => JSON.parse(line) as { stored: number; handled: string[] })
    expect(results[0]!.stored + results[1]!.stored).toBe(count)
    const handled = results.flatMap((result) => result.handled)
    expect(handled.toSorted()).toEqual(Array.from({ length: count }, (_, n) => `key-${n}`).toSorted())
  })

  it('retry an event whose process was killed', async () => {
    const queue = createQueue()
    const engine = createEngine({ queue, leaseMs: 3_000 })
    await engine.start()
    await engine.insert([newEvent(1)])
    const { child, lines } = start(queue, 'hang')
    expect(await nextLine(lines)).toBe('key-1 1')
    // As long as that process is alive, however long it takes, the event is its own: also when its first lease is over.
    const outcomes = await consume(engine, async () => {})
    const isRenewed = `SELECT 1 FROM ${schema}.job WHERE name = '${queue}' AND heartbeat_on > started_on + interval '3 s'`
    await expect.poll(() => countRows(isRenewed), { timeout: 20_000 }).toBe(1)
    expect(outcomes.seen).toEqual([])
    child.kill('SIGKILL')
    const [outcome] = await outcomes.until(1, 'handled')
    expect(outcome).toMatchObject({ attempt: 2, event: { key: 'key-1' } })
  })

  it('make an event dead that kills every process', async () => {
    const queue = createQueue()
    const engine = createEngine({ queue, leaseMs: 500 })
    await engine.start()
    await engine.insert([newEvent(1)])
    // A killed process leaves a claim that nothing renews.
    const claim = `UPDATE ${schema}.job SET state = 'active', started_on = now(), heartbeat_on = now() - interval '1 hour'`
    await administer(`${claim}, retry_count = 3 WHERE name = '${queue}'`)
    const retry = toRetryPolicy({ attempts: 4 })
    const outcomes = await consume(engine, async () => {}, { retry })
    const [outcome] = await outcomes.until(1, 'dead')
    expect(outcome).toMatchObject({ attempt: 4, event: { key: 'key-1', state: 'dead' } })
    expect(await engine.get('key-1')).toMatchObject({ state: 'dead', attempts: 4 })
  })

  for (const order of ['serial', 'strict'] as const) {
    it(`keep the order "${order}" between them`, async () => {
      const queue = createQueue()
      const engines = Array.from({ length: 3 }, () => createEngine({ queue }))
      for (const engine of engines) await engine.start()
      const keys = ['a', 'b', 'c', 'd']
      const seen = new Map(keys.map((key) => [key, [] as number[]]))
      const atWork = new Set<string>()
      const consumed = engines.map((engine) =>
        consume(
          engine,
          async ({ orderKey, id }, { number }) => {
            expect(atWork.has(orderKey!)).toBe(false)
            atWork.add(orderKey!)
            await new Promise((resolve) => setTimeout(resolve, Math.random() * 5))
            atWork.delete(orderKey!)
            // Every third event fails once: those behind it must wait for its second run.
            if (Number(id) % 3 === 0 && number === 1) throw new Error('once')
            seen.get(orderKey!)!.push(Number(id))
          },
          { order, concurrency: 3 },
        ),
      )
      const count = 10
      for (let n = 0; n < count; n++) {
        const batch = keys.map((key) => newEvent(`${key}-${n}`, { orderKey: key, id: String(n) }))
        await engines[n % engines.length]!.insert(batch)
      }
      await expect
        .poll(async () => (await engines[0]!.stats()).counts.done, { timeout: 20_000 })
        .toBe(count * keys.length)
      for (const key of keys) expect(seen.get(key)).toEqual(Array.from({ length: count }, (_, n) => n))
      await Promise.all(consumed)
    })
  }
})
