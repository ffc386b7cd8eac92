import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createSqliteEngine, InboxError, toRetryPolicy, type ConsumeOptions, type Engine } from 'sallyport/inbox'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
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

describe('a read-only engine', () => {
  it('reads what another process uses, and changes nothing', async () => {
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

  it('creates no store', async () => {
    const path = makePath()
    await expect(createEngine(path, { readOnly: true }).start()).rejects.toMatchObject({ code: 'INBOX_UNAVAILABLE' })
    expect(existsSync(path)).toBe(false)
  })
})

describe('opening', () => {
  it('rejects a SQLite that can damage its log', async () => {
    const options = { engine: { path: makePath() }, journal: join(home, 'journal') }
    const server = await startServer(options, { execArgv: preload('old-sqlite.ts') })
    await vi.waitUntil(() => server.errors() !== '', 20_000)
    await server.stop()
    expect(server.errors()).toContain('SQLite 3.51.3 or newer is needed, this Node has 3.51.2')
  })

  it('rejects a store of a newer version, and leaves it as is', async () => {
    const path = makePath()
    const database = new DatabaseSync(path)
    database.exec('PRAGMA user_version = 99; CREATE TABLE events (other TEXT)')
    await expect(createEngine(path).start()).rejects.toMatchObject({ code: 'INBOX_SCHEMA_NEWER' })
    expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 99 })
    database.close()
  })

  it.each([
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

  it('migrates a new file once when many open it together', async () => {
    const path = makePath()
    const opened = await Promise.all(Array.from({ length: 6 }, () => open(path)))
    expect(await Promise.all(opened.map((engine, n) => engine.insert([toEvent(n % 2)])))).toHaveLength(6)
    expect((await opened[0]!.stats()).counts.pending).toBe(2)
  })

  it.skipIf(process.platform === 'win32')('creates files that only their owner can read', async () => {
    const path = makePath()
    const engine = await open(path)
    await engine.consume(async () => {}, consumeOptions)
    await engine.insert([toEvent(1)])
    const modes = ['', '-wal', '-shm', '-worker'].map((suffix) => (statSync(path + suffix).mode & 0o777).toString(8))
    expect(modes).toEqual(['600', '600', '600', '600'])
  })

  it('prints that a store may not survive a power cut', async () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => {})
    const engine = await open(makePath(), { durability: 'as configured' })
    expect(engine.promises.durability).toBe('as configured')
    expect(print).toHaveBeenCalledWith(expect.stringContaining('does not survive a power cut'))
  })
})

describe('consuming', () => {
  it('belongs to one engine at a time; all may store', async () => {
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

  it('ends with an open inbox once nothing is left to do', async () => {
    const path = makePath()
    expect(await leave(path, 'looks')).toBe('0\n')
    expect(await leave(path, 'handles')).toBe('accepted\nhandled\n')
    expect((await (await open(path)).stats()).counts.done).toBe(1)
  })

  it('does not wait for a retry that is due later', async () => {
    const path = makePath()
    expect(await leave(path, 'fails')).toBe('accepted\n')
    expect((await (await open(path)).stats()).counts.pending).toBe(1)
  })
})

describe('an engine', () => {
  it('fails alone for a filter that cannot be cloned', async () => {
    const engine = await open(makePath())
    const search = Symbol('odd') as unknown as string
    const [bad, good] = await Promise.allSettled([engine.list({ search }), engine.insert([toEvent(1)])])
    expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'INBOX_OPTION_INVALID' } })
    expect(good).toMatchObject({ status: 'fulfilled', value: ['stored'] })
  })

  it('stops after earlier calls, and rejects later ones', async () => {
    const engine = await open(makePath())
    const accepted = engine.insert([toEvent(1)])
    const stopped = engine.stop({ drainMs: 0 })
    expect(await accepted).toEqual(['stored'])
    await stopped
    await expect(engine.list({})).rejects.toMatchObject({ code: 'INBOX_STOPPED' })
    await engine.start()
    expect((await engine.stats()).counts.pending).toBe(1)
  })
})
