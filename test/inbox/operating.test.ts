import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createSqliteEngine, InboxError, toRetryPolicy, type ConsumeOptions, type Engine } from 'sallyport/inbox'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { toEvent } from '../support/crash/accept-many.ts'
import { startServer } from '../support/crash/server-process.ts'

const home = mkdtempSync(join(tmpdir(), 'sallyport-operating-'))
afterAll(() => rmSync(home, { recursive: true }))
const makePath = (): string => join(mkdtempSync(join(home, 'place-')), 'events.db')

let engines: Engine[] = []
afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all(engines.map((engine) => engine.stop({ drainMs: 0 })))
  engines = []
})

function createEngine(path: string, options: Partial<Parameters<typeof createSqliteEngine>[0]> = {}): Engine {
  const engine = createSqliteEngine({ path, ...options })
  engines.push(engine)
  return engine
}

async function open(path: string, options: Partial<Parameters<typeof createSqliteEngine>[0]> = {}): Promise<Engine> {
  const engine = createEngine(path, options)
  await engine.start()
  return engine
}

const consumeOptions: ConsumeOptions = { concurrency: 10, retry: toRetryPolicy({}), order: 'none', onOutcome: () => {} }
const preload = (name: string): string[] => [
  `--import=${fileURLToPath(new URL(`../support/crash/${name}`, import.meta.url))}`,
]

describe('an engine that only looks', () => {
  test('sees what another is at work on, and changes nothing', async () => {
    const path = makePath()
    const owner = await open(path)
    await owner.insert([toEvent(1)])
    const looking = await open(path, { readOnly: true })
    const { events } = await looking.list({})
    expect(events).toHaveLength(1)
    expect(await looking.stats()).toMatchObject({ counts: { pending: 1 } })

    const refused = { code: 'INBOX_UNSUPPORTED' }
    await expect(looking.insert([toEvent(2)])).rejects.toMatchObject(refused)
    await expect(looking.consume(async () => {}, consumeOptions)).rejects.toMatchObject(refused)
    await expect(looking.replay({})).rejects.toMatchObject(refused)
    await expect(looking.discard({})).rejects.toMatchObject(refused)
    expect((await owner.list({})).events).toEqual(events)
  })

  test('creates no store', async () => {
    const path = makePath()
    await expect(createEngine(path, { readOnly: true }).start()).rejects.toMatchObject({ code: 'INBOX_UNAVAILABLE' })
    expect(existsSync(path)).toBe(false)
  })
})

describe('opening', () => {
  test('refuses a SQLite that can damage its log', async () => {
    const options = { engine: { path: makePath() }, journal: join(home, 'journal') }
    const server = await startServer(options, { execArgv: preload('old-sqlite.ts') })
    await vi.waitUntil(() => server.errors() !== '', 20_000)
    await server.stop()
    expect(server.errors()).toContain('SQLite 3.51.3 or newer is needed, this Node has 3.51.2')
  })

  test('refuses a store of a newer version, and leaves it as it is', async () => {
    const path = makePath()
    const database = new DatabaseSync(path)
    database.exec('PRAGMA user_version = 99; CREATE TABLE events (other TEXT)')
    await expect(createEngine(path).start()).rejects.toMatchObject({ code: 'INBOX_SCHEMA_NEWER' })
    expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 })
    database.close()
  })

  test.each([
    { what: 'a file that is no database', prepare: (path: string) => mkdirSync(path) },
    { what: 'a folder that does not exist', prepare: (path: string) => rmSync(join(path, '..'), { recursive: true }) },
  ])('says why it cannot: $what', async ({ prepare }) => {
    const path = makePath()
    prepare(path)
    const failure = await createEngine(path)
      .start()
      .catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'INBOX_UNAVAILABLE', detail: 'SQLite: unable to open database file' })
    expect(InboxError.is(failure) && failure.message).toBe(
      'The store cannot be reached or written: SQLite: unable to open database file',
    )
  })

  test('brings a new file to its version once, however many open it at the same time', async () => {
    const path = makePath()
    const opened = await Promise.all(Array.from({ length: 6 }, () => open(path)))
    expect(await Promise.all(opened.map((engine, n) => engine.insert([toEvent(n % 2)])))).toHaveLength(6)
    expect((await opened[0]!.stats()).counts.pending).toBe(2)
  })

  test.skipIf(process.platform === 'win32')('makes files that their owner alone can read', async () => {
    const path = makePath()
    const engine = await open(path)
    await engine.consume(async () => {}, consumeOptions)
    await engine.insert([toEvent(1)])
    const modes = ['', '-wal', '-shm', '-worker'].map((suffix) => (statSync(path + suffix).mode & 0o777).toString(8))
    expect(modes).toEqual(['600', '600', '600', '600'])
  })

  test('says aloud that a store does not survive a power cut, where that was asked for', async () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => {})
    const engine = await open(makePath(), { durability: 'as configured' })
    expect(engine.promises.durability).toBe('as configured')
    expect(print).toHaveBeenCalledWith(expect.stringContaining('does not survive a power cut'))
  })
})

describe('the work', () => {
  test("is one engine's at a time, and the next one's when that stops; all accept", async () => {
    const path = makePath()
    const [one, other] = [await open(path), await open(path)]
    const seen: string[] = []
    await one.consume(async ({ key }) => void seen.push(`one ${key}`), consumeOptions)
    await expect(other.consume(async () => {}, consumeOptions)).rejects.toMatchObject({ code: 'INBOX_LOCKED' })
    // Accepted by the other, found by the one.
    expect(await other.insert([toEvent(1)])).toEqual(['stored'])
    await vi.waitUntil(() => seen.length === 1, 20_000)
    await one.stop({ drainMs: 1_000 })
    await other.consume(async ({ key }) => void seen.push(`other ${key}`), consumeOptions)
    await other.insert([toEvent(2)])
    await vi.waitUntil(() => seen.length === 2, 20_000)
    expect(seen).toEqual(['one burst-1', 'other burst-2'])
  })
})

describe('a process', () => {
  const program = fileURLToPath(new URL('../support/crash/open-and-leave.ts', import.meta.url))
  const leave = async (path: string, what: string): Promise<string> => {
    const args = ['--conditions=@sallyport/source', program, path, what]
    return (await promisify(execFile)(process.execPath, args, { timeout: 15_000 })).stdout
  }

  test('that opened an inbox and never stopped it ends when it has nothing to do, and not before', async () => {
    const path = makePath()
    expect(await leave(path, 'looks')).toBe('0\n')
    expect(await leave(path, 'handles')).toBe('accepted\nhandled\n')
    expect((await (await open(path)).stats()).counts.done).toBe(1)
  })

  test('does not stay for a retry that is due later: that is on disk', async () => {
    const path = makePath()
    expect(await leave(path, 'fails')).toBe('accepted\n')
    expect((await (await open(path)).stats()).counts.pending).toBe(1)
  })
})

test('a filter that cannot cross to the thread fails alone', async () => {
  const engine = await open(makePath())
  const search = Symbol('odd') as unknown as string
  const [bad, good] = await Promise.allSettled([engine.list({ search }), engine.insert([toEvent(1)])])
  expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'INBOX_OPTION_INVALID' } })
  expect(good).toMatchObject({ status: 'fulfilled', value: ['stored'] })
})

test('stopping waits for what was asked before, and refuses what is asked after', async () => {
  const engine = await open(makePath())
  const accepted = engine.insert([toEvent(1)])
  const stopped = engine.stop({ drainMs: 0 })
  expect(await accepted).toEqual(['stored'])
  await stopped
  await expect(engine.list({})).rejects.toMatchObject({ code: 'INBOX_STOPPED' })
  await engine.start()
  expect((await engine.stats()).counts.pending).toBe(1)
})
