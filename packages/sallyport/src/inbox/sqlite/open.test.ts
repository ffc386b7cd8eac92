import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { migrate } from './migrate.ts'
import type { EventFilter } from '../engine.ts'
import { openDatabase } from './open.ts'
import { toSettings } from './options.ts'
import { migrations } from './schema.ts'
import { toRetryPolicy } from '../retry-policy.ts'
import { createClaims } from './claim.ts'
import { createOperations } from './operate.ts'
import { createSelection } from './select.ts'
import { createStatements } from './statements.ts'
import { createStats } from './stats.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-database-'))
afterAll(() => rmSync(folder, { recursive: true }))

const told = vi.hoisted(() => ({ pragma: '', instead: '' }))

// Where something cannot do what a pragma asks for, SQLite says nothing and goes on as it was.
vi.mock(import('node:sqlite'), async (original) => {
  const module = await original()
  class Altered extends module.DatabaseSync {
    override exec(sql: string): void {
      super.exec(sql.replace(told.pragma, told.instead))
    }
  }
  return { ...module, DatabaseSync: Altered }
})

const flush = vi.hoisted(() => ({ code: '' }))

vi.mock(import('node:fs'), async (original) => {
  const module = await original()
  const fsyncSync: typeof module.fsyncSync = (descriptor) => {
    if (flush.code !== '') throw Object.assign(new Error(flush.code), { code: flush.code, syscall: 'fsync' })
    module.fsyncSync(descriptor)
  }
  return { ...module, fsyncSync }
})

const open = (name: string) => openDatabase(toSettings({ path: join(folder, name), busyTimeoutMs: 100 }))

describe('openDatabase', () => {
  it('opens a database that keeps its settings', () => {
    told.pragma = ''
    const database = open('sound.db')
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
    expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 })
    expect(database.prepare('PRAGMA auto_vacuum').get()).toEqual({ auto_vacuum: 2 })
    database.close()
  })

  it.skipIf(process.platform === 'win32').each([
    ['EINVAL', false],
    ['EPERM', false],
    ['EIO', true],
  ])('opens where flushing folders is %s: throws %s', (code, isFailure) => {
    told.pragma = ''
    flush.code = code
    const opening = () => open(`${code}.db`).close()
    if (isFailure) expect(opening).toThrow(code)
    else opening()
    flush.code = ''
  })

  it.each(['CREATE TABLE users (id)', 'CREATE TABLE users (id); PRAGMA user_version = 1', 'PRAGMA application_id = 7'])(
    'leaves a database of something else as it is: %s',
    (sql) => {
      told.pragma = ''
      const path = join(folder, `other-${sql.length}.db`)
      const other = new DatabaseSync(path)
      other.exec(sql)
      other.close()
      const before = readFileSync(path)
      const words = expect.stringContaining('is a database of something else; give the inbox a file of its own')
      expect(() => openDatabase(toSettings({ path }))).toThrow(
        expect.objectContaining({ code: 'INBOX_UNSUPPORTED', message: words }),
      )
      expect(readFileSync(path).equals(before)).toBe(true)
    },
  )

  it('migrates an earlier version with its events', () => {
    told.pragma = ''
    const path = join(folder, 'earlier.db')
    const earlier = new DatabaseSync(path)
    earlier.exec(`${migrations[0]}; PRAGMA user_version = 1`)
    const insert = earlier.prepare(
      `INSERT INTO events (key, provider, type, id, order_key, stored_at, due_at, envelope) VALUES (?, 'p', 't', 'i', 'line', 0, 0, '{}')`,
    )
    for (const key of ['first', 'second']) insert.run(key)
    earlier.exec(`INSERT INTO bodies SELECT seq, x'' FROM events`)
    earlier.close()

    const database = open('earlier.db')
    expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: migrations.length })
    const store = createClaims(createStatements(database))
    const claimKeys = (): string[] => store.claim({ limit: 10, order: 'serial' }, 1).events.map(({ key }) => key)
    expect(claimKeys()).toEqual(['first'])
    expect(store.settle({ key: 'first', attempt: 1, outcome: 'handled' }, 1)).toBe(true)
    expect(claimKeys()).toEqual(['second'])
    database.close()
  })

  it('migrates a version without histories', () => {
    told.pragma = ''
    const path = join(folder, 'without-histories.db')
    const earlier = new DatabaseSync(path)
    migrate(earlier, 0, 3)
    earlier.exec(`
      INSERT INTO events (key, state, provider, type, id, attempts, stored_at, due_at, finished_at, envelope) VALUES
        ('done', 2, 'p', 't', 'i', 1, 1, 1, 2, '{}'), ('active', 1, 'p', 't', 'i', 1, 1, 1, NULL, '{}');
      INSERT INTO bodies SELECT seq, x'' FROM events;
      `)
    earlier.close()

    const database = open('without-histories.db')
    const statements = createStatements(database)
    const { get } = createSelection(statements)
    const pastOf = (key: string) => get(key)!.history!.attempts.map(({ number, outcome }) => [number, outcome])
    // Nobody noted when these began.
    expect([pastOf('done'), pastOf('active')]).toEqual([[], []])
    const claims = createClaims(statements)
    claims.recover(toRetryPolicy({}), { atWork: [], order: 'none', now: 5, isOwn: false })
    expect(claims.claim({ limit: 1, order: 'none' }, 5).events.map(({ key }) => key)).toEqual(['active'])
    expect(pastOf('active')).toEqual([[2, 'running']])
    createOperations(statements).replay({ filter: { keys: ['done'] }, seqs: [1] }, 5)
    expect(pastOf('done')).toEqual([])
    database.close()
  })

  it('migrates a version without failures, tenants and counts', () => {
    told.pragma = ''
    const path = join(folder, 'without-counts.db')
    const earlier = new DatabaseSync(path)
    migrate(earlier, 0, 4)
    const insert = earlier.prepare(`
      INSERT INTO events (key, state, provider, type, id, order_key, attempts, stored_at, due_at, finished_at, error, envelope, begun_at)
      VALUES (?, ?, 'p', 't', 'i', ?, ?, ?, 1, ?, ?, ?, 1)`)
    const acme = '{"headers":[],"tenant":"acme"}'
    const odd = '{"headers":[["x","\\"tenant\\":"]],"tenant":7}'
    insert.run('waits', 0, 'line', 0, 100, null, null, acme)
    insert.run('retried', 0, null, 2, 200, null, 'CustomerMissing: no customer cus_1', '{"headers":[]}')
    insert.run('replayed', 0, null, 0, 300, null, 'Error: of an earlier life', '{"headers":[]}')
    insert.run('active', 1, 'line', 2, 400, null, 'TimeoutError: after 30 ms', odd)
    insert.run('done', 2, 'line', 1, 500, 501, null, acme)
    insert.run('dead', 3, null, 8, 150, 501, 'CustomerMissing: no customer cus_2', acme)
    earlier.exec(`
      INSERT INTO bodies SELECT seq, x'' FROM events;
      INSERT INTO history VALUES (6, '[{"number":7,"outcome":"retried","begunAt":1}]', 3, '[]')`)
    earlier.close()

    const database = open('without-counts.db')
    const statements = createStatements(database)
    const { list, get } = createSelection(statements)
    const keysOf = (filter: EventFilter): string[] =>
      list({ filter, after: 0, most: 9, sort: 'oldest' }).events.map(({ key }) => key)
    expect(keysOf({ tenant: 'acme' })).toEqual(['waits', 'done', 'dead'])
    expect(keysOf({ orderKey: 'line' })).toEqual(['waits', 'active', 'done'])
    expect(keysOf({ failure: 'CustomerMissing: no customer …' })).toEqual(['retried', 'dead'])
    expect(keysOf({ failure: true, state: 'pending' })).toEqual(['retried'])
    // The clock was set back before the last one.
    expect(keysOf({ since: 150, until: 400 })).toEqual(['retried', 'replayed', 'dead'])
    expect(get('dead')).toMatchObject({ tenant: 'acme', failure: 'CustomerMissing: no customer …' })
    expect(get('dead')!.history).toMatchObject({ attempts: [{ number: 7 }], duplicates: { count: 3 } })
    const counts = { pending: 3, active: 1, done: 1, dead: 1 }
    expect(createStats(statements)(1_100)).toEqual({ counts, retrying: 1, oldestPendingMs: 1_000 })
    database.close()
  })

  it('migrates 100,000 events within seconds', () => {
    told.pragma = ''
    const path = join(folder, 'many.db')
    const earlier = new DatabaseSync(path)
    migrate(earlier, 0, 4)
    earlier.exec(`
      BEGIN;
      WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 100000)
      INSERT INTO events (key, state, provider, type, id, attempts, stored_at, due_at, error, envelope)
        SELECT 'k' || n, 3 * (n % 2), 'p', 't', 'i', 1, n, n, 'Error: no customer cus_' || n, '{"headers":[],"tenant":"t"}' FROM n;
      COMMIT`)
    earlier.close()
    const start = performance.now()
    open('many.db').close()
    expect(performance.now() - start).toBeLessThan(20_000)
  })

  it.each([
    {
      pragma: 'journal_mode = WAL',
      instead: '',
      detail: 'journal_mode is delete instead of wal; is the path on a local disk?',
    },
    { pragma: 'synchronous = FULL', instead: 'synchronous = NORMAL', detail: 'synchronous is 1 instead of FULL' },
  ])('rejects one that ignores $pragma', ({ pragma, instead, detail }) => {
    Object.assign(told, { pragma: `PRAGMA ${pragma}`, instead: instead && `PRAGMA ${instead}` })
    expect(() => open(`${pragma}.db`)).toThrow(expect.objectContaining({ code: 'INBOX_SETTINGS_WEAK', detail }))
  })
})
