import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createSqliteReplayGuard } from 'sallyport/replay-guard/sqlite'
import { afterAll, describe, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-guard-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('createSqliteReplayGuard', () => {
  it.each([
    ['a table', 'CREATE TABLE users (id)'],
    ['a version', 'CREATE TABLE users (id); PRAGMA user_version = 1'],
    ['an application', 'PRAGMA application_id = 7'],
  ])('leaves a database of something else as it is: %s', async (name, sql) => {
    const path = join(folder, `${name}.db`)
    const database = new DatabaseSync(path)
    database.exec(sql)
    database.close()
    const before = readFileSync(path)
    await expect(createSqliteReplayGuard({ path }).ready()).rejects.toMatchObject({
      code: 'REPLAY_GUARD_FAILED',
      message: expect.stringContaining('is a database of something else; give the guard a file of its own'),
    })
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('rejects a file of a newer version', async () => {
    const path = join(folder, 'newer.db')
    const guard = createSqliteReplayGuard({ path })
    await guard.ready()
    await guard.close()
    const database = new DatabaseSync(path)
    database.exec('PRAGMA user_version = 2')
    database.close()
    await expect(createSqliteReplayGuard({ path }).ready()).rejects.toThrow('was written by a newer version')
  })
})
