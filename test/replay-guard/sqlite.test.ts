import { linkSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
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

  it('rejects a second name of its file, under which the claims of the first cannot be seen', async () => {
    const [path, second] = [join(folder, 'first.db'), join(folder, 'second.db')]
    const guard = createSqliteReplayGuard({ path })
    await guard.ready()
    linkSync(path, second)
    await expect(createSqliteReplayGuard({ path: second }).ready()).rejects.toMatchObject({
      code: 'REPLAY_GUARD_FAILED',
      message: expect.stringContaining('has a second name (a hard link)'),
    })
    await guard.close()
  })

  it('takes a symbolic link for the file itself', async () => {
    const [path, link] = [join(folder, 'real.db'), join(folder, 'link.db')]
    const guards = [path, link].map((name) => createSqliteReplayGuard({ path: name }))
    await guards[0]!.ready()
    symlinkSync(path, link)
    const terms = { now: 0, retentionMs: 3_600_000, minimumMs: 600_000 }
    expect(await guards[0]!.claim('a', { ...terms, claimId: '1' })).toBe('claimed')
    expect(await guards[1]!.claim('a', { ...terms, claimId: '2' })).toBe('pending')
    await Promise.all(guards.map((guard) => guard.close()))
  })

  it('lets nothing pass once its file was moved', async () => {
    const path = join(folder, 'moved.db')
    const guard = createSqliteReplayGuard({ path })
    const terms = { now: 0, retentionMs: 3_600_000, minimumMs: 600_000 }
    await guard.claim('a', { ...terms, claimId: '1' })
    renameSync(path, join(folder, 'elsewhere.db'))
    for (const key of ['a', 'b'])
      await expect(guard.claim(key, { ...terms, claimId: '2' })).rejects.toThrow('was moved or deleted while in use')
    await guard.close()
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
