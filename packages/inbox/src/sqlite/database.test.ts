import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { openDatabase } from './database.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-database-'))
afterAll(() => rmSync(folder, { recursive: true }))

const told = vi.hoisted(() => ({ pragma: '', instead: '' }))

// Where something cannot do what a pragma asks for, SQLite says nothing and goes on as it was.
vi.mock(import('node:sqlite'), async (original) => {
  const module = await original()
  class DatabaseSync extends module.DatabaseSync {
    override exec(sql: string): void {
      super.exec(sql.replace(told.pragma, told.instead))
    }
  }
  return { ...module, DatabaseSync }
})

const open = (name: string) =>
  openDatabase({ path: join(folder, name), synchronous: 'FULL', maxBytes: 1e9, busyTimeoutMs: 100 })

test('a database that does what it was asked is opened', () => {
  told.pragma = ''
  const database = open('sound.db')
  expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
  expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 })
  expect(database.prepare('PRAGMA auto_vacuum').get()).toEqual({ auto_vacuum: 2 })
  database.close()
})

test.each([
  {
    pragma: 'journal_mode = WAL',
    instead: '',
    detail: 'journal_mode is delete instead of wal; is the path on a local disk?',
  },
  { pragma: 'synchronous = FULL', instead: 'synchronous = NORMAL', detail: 'synchronous is 1 instead of FULL' },
])('one that does not keep $pragma is refused', ({ pragma, instead, detail }) => {
  Object.assign(told, { pragma: `PRAGMA ${pragma}`, instead: instead && `PRAGMA ${instead}` })
  expect(() => open(`${pragma}.db`)).toThrow(expect.objectContaining({ code: 'INBOX_SETTINGS_WEAK', detail }))
})
