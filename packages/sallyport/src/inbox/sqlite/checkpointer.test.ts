import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createCheckpointer } from './checkpointer.ts'
import { identifyFiles } from './identify-files.ts'
import { createStatements } from './statements.ts'

/** A database with a log that is copied only when it is asked to. */
function open() {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-checkpoint-'))
  const path = join(folder, 'events.db')
  const database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (page BLOB)')
  const statements = createStatements(database)
  const logged = { database, statements, path, identity: identifyFiles(path, `${path}-wal`) }
  let copies = 0
  const checkpointer = createCheckpointer(() => {
    copies++
    checkpointer.look(logged)
  })
  onTestFinished(async () => {
    await checkpointer.end()
    database.close()
    rmSync(folder, { recursive: true })
  })
  const write = (pages: number): void =>
    database.exec(`WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${pages})
      INSERT INTO t SELECT zeroblob(4000) FROM n`)
  const state = () => ({ ...database.prepare('PRAGMA wal_checkpoint(NOOP)').get() })
  return { path, folder, logged, checkpointer, write, state, copies: () => copies }
}

describe('createCheckpointer', () => {
  it('leaves a short log alone', () => {
    const { checkpointer, logged, write, state } = open()
    write(100)
    checkpointer.look(logged)
    expect(checkpointer.isBehind()).toBe(false)
    expect(state()).toMatchObject({ checkpointed: 0 })
  })

  it('copies a long log, and what is written meanwhile', async () => {
    const { checkpointer, logged, write, state, copies } = open()
    write(5_000)
    checkpointer.look(logged)
    write(10)
    await vi.waitUntil(() => copies() > 0, 20_000)
    const { log, checkpointed } = state()
    expect(checkpointed).toBe(log)
    write(1)
    expect(state()).toMatchObject({ checkpointed: 0 })
    // The log began from its start.
    expect(state()['log']).toBeLessThan(100)
  })

  it('is behind while it copies a log that grew on', async () => {
    const { checkpointer, logged, write, copies } = open()
    write(9_000)
    checkpointer.look(logged)
    checkpointer.look(logged)
    expect(checkpointer.isBehind()).toBe(true)
    await vi.waitUntil(() => copies() > 0, 20_000)
    expect(checkpointer.isBehind()).toBe(false)
  })

  it('touches no other database under the same path', async () => {
    const { path, checkpointer, logged, write, state, copies } = open()
    write(5_000)
    renameSync(path, `${path}.moved`)
    writeFileSync(path, 'another one')
    checkpointer.look(logged)
    await vi.waitUntil(() => copies() > 0, 20_000)
    expect(state()).toMatchObject({ checkpointed: 0 })
  })
})
