import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { openDatabase } from './open.ts'
import { toSettings } from './options.ts'
import { migrations } from './schema.ts'
import { toRetryPolicy } from '../retry-policy.ts'
import { createClaims } from './claim.ts'
import { createOperations } from './operate.ts'
import { createSelection } from './select.ts'
import { createStatements } from './statements.ts'

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
    for (const migration of migrations.slice(0, 3)) earlier.exec(migration)
    earlier.exec(`
      INSERT INTO events (key, state, provider, type, id, attempts, stored_at, due_at, finished_at, envelope) VALUES
        ('done', 2, 'p', 't', 'i', 1, 1, 1, 2, '{}'), ('active', 1, 'p', 't', 'i', 1, 1, 1, NULL, '{}');
      INSERT INTO bodies SELECT seq, x'' FROM events;
      PRAGMA user_version = 3`)
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
