import type { Engine } from 'sallyport/inbox'
import { createPgBossEngine, type PgBossEngineOptions } from 'sallyport/inbox/pg-boss'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { consume, newEvent } from '../../packages/contracts/src/engine/test-store.ts'
import { hasPgBouncer, startPgBouncer, type PgBouncer, type PoolMode } from '../support/inbox/pgbouncer.ts'
import { hasPostgresServer, startPostgresServer, type PostgresServer } from '../support/inbox/postgres-server.ts'

const what = 'the PostgreSQL engine behind PgBouncer'
const isPossible = hasPostgresServer(what) && hasPgBouncer(what)

// The engine contract over both pool modes is a long test.
describe.runIf(isPossible)('the PostgreSQL engine behind PgBouncer', () => {
  let server: PostgresServer
  let bouncers: PgBouncer[] = []
  let engines: Engine[] = []
  beforeAll(async () => {
    server = await startPostgresServer()
  })
  afterEach(async () => {
    await Promise.all(engines.map((engine) => engine.stop({ drainMs: 0 })))
    await Promise.all(bouncers.map((bouncer) => bouncer.remove()))
    engines = []
    bouncers = []
  })
  afterAll(() => server?.remove())

  async function open(mode: PoolMode, poolSize: number): Promise<PgBouncer> {
    const bouncer = await startPgBouncer(server, mode, poolSize)
    bouncers.push(bouncer)
    return bouncer
  }

  function create(connectionString: string, queue: string): Engine {
    const options: PgBossEngineOptions = { connectionString, queue, pollMs: 50, leaseMs: 3_000, timeoutMs: 5_000 }
    const engine = createPgBossEngine(options)
    engines.push(engine)
    return engine
  }

  /** Keeps eight senders busy until `isOver`; resolves to what was acknowledged, and the codes of what was not. */
  async function load(engine: Engine, isOver: (acknowledged: ReadonlySet<string>) => boolean) {
    const acknowledged = new Set<string>()
    const refused: string[] = []
    const senders = Array.from({ length: 8 }, async (_, sender) => {
      for (let n = 0; !isOver(acknowledged); n++) {
        const event = newEvent(`${sender}-${n}`)
        await engine.insert([event]).then(
          () => acknowledged.add(event.key),
          ({ code }: { code: string }) => refused.push(code),
        )
      }
    })
    await Promise.all(senders)
    return { acknowledged, refused }
  }

  it('refuses nothing while connections change under it', async () => {
    // Fewer than clients, so that statements prepared on one connection are missed on another.
    const { url } = await open('transaction', 3)
    const engine = create(url, 'changing')
    const other = create(url, 'changing')
    await engine.start()
    await other.start()
    const handled = new Set<string>()
    await consume(other, async ({ key }) => void handled.add(key))
    const { acknowledged, refused } = await load(engine, ({ size }) => size >= 300)
    expect(refused).toEqual([])
    await vi.waitFor(() => expect([...acknowledged].filter((key) => !handled.has(key))).toEqual([]), 20_000)
  })

  it('rejects events on a connection that another client weakened', async () => {
    const { url } = await open('transaction', 1)
    const engine = create(url, 'weakened')
    await engine.start()
    const other = new Client({ connectionString: url })
    await other.connect()
    // For its session, it believes; PgBouncer gives the connection to others as it is.
    await other.query('SET synchronous_commit = off')
    await expect(engine.insert([newEvent(1)])).rejects.toMatchObject({ code: 'INBOX_SETTINGS_WEAK' })
    await other.query('SET synchronous_commit = on')
    expect(await engine.insert([newEvent(1)])).toEqual(['stored'])
    await other.end()
  })

  it.each(['session', 'transaction'] as const)('goes on after a restart of PgBouncer (%s)', async (mode) => {
    const bouncer = await open(mode, 20)
    const engine = create(bouncer.url, `restarted_${mode}`)
    await engine.start()
    const handled = new Set<string>()
    await consume(engine, async ({ key }) => void handled.add(key))
    const first = await load(engine, ({ size }) => size >= 50)
    let isBack = false
    const during = load(engine, () => isBack)
    await bouncer.restart()
    isBack = true
    const { acknowledged } = await during
    const all = new Set([...first.acknowledged, ...acknowledged])
    await vi.waitFor(() => expect([...all].filter((key) => !handled.has(key))).toEqual([]), 20_000)
    await vi.waitFor(async () => expect(await engine.insert([newEvent('after')])).toHaveLength(1), 20_000)
  })

  it('does not start in pool mode statement', async () => {
    const { url } = await open('statement', 20)
    await expect(create(url, 'statement').start()).rejects.toMatchObject({ code: 'INBOX_UNAVAILABLE' })
  })
})
