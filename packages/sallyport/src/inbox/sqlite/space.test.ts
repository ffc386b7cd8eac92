import { mkdtempSync, rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createSpace } from './space.ts'
import { createStatements } from './statements.ts'

describe('createSpace', () => {
  it('counts each time that a reader pins the log', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-space-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const path = join(folder, 'inbox.db')
    const database = new DatabaseSync(path)
    onTestFinished(() => database.close())
    database.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE blobs (bytes BLOB)')
    const space = createSpace(database, createStatements(database), path, 4_000_000)
    const grow = (): void => database.exec('INSERT INTO blobs VALUES (zeroblob(2000000))')
    const pin = (): DatabaseSync => {
      const reader = new DatabaseSync(path, { readOnly: true })
      reader.exec('BEGIN; SELECT count(*) FROM blobs')
      return reader
    }

    expect(space.stuckLog()).toBe(0)
    for (const time of [1, 2]) {
      const reader = pin()
      for (let tries = 0; tries < 3; tries++) {
        grow()
        space.trimLog()
        expect(space.stuckLog()).toBe(time)
      }
      reader.close()
      space.trimLog(true)
      expect(space.stuckLog()).toBe(0)
    }
  })
})
