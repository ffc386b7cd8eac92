import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createInbox, createSqliteEngine, type Engine } from 'sallyport/inbox'
import { afterAll, describe, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-notes-'))
afterAll(() => rm(folder, { recursive: true }))

async function using<Result>(engine: Engine, work: (engine: Engine) => Promise<Result>): Promise<Result> {
  await engine.start()
  try {
    return await work(engine)
  } finally {
    await engine.stop({ drainMs: 0 })
  }
}

const versionOf = (path: string): unknown =>
  new DatabaseSync(path, { readOnly: true }).prepare('PRAGMA user_version').get()

describe('notes of a SQLite store', () => {
  it('are read from a store that has none yet, and only read', async () => {
    const path = join(folder, 'read.db')
    await using(createSqliteEngine({ path }), async () => {})
    const before = versionOf(path)
    await using(createSqliteEngine({ path, readOnly: true }), async (engine) => {
      expect(await engine.readNote!('state')).toBeUndefined()
      await expect(engine.writeNote!('state', 'one', undefined)).rejects.toMatchObject({ code: 'INBOX_UNSUPPORTED' })
      await using(createSqliteEngine({ path }), async (other) => {
        expect(await other.writeNote!('state', 'one', undefined)).toBe(true)
      })
      expect(await engine.readNote!('state')).toBe('one')
    })
    // Older versions of the package open it: the schema is as it was.
    expect(versionOf(path)).toEqual(before)
  })

  it('are kept through an inbox, by the path of its file too', async () => {
    const inbox = createInbox(join(folder, 'inbox.db'))
    expect(await inbox.writeNote!('state', 'one', undefined)).toBe(true)
    expect(await inbox.readNote!('state')).toBe('one')
    await inbox.stop()
  })

  it('tell the space of the disk and of the store', async () => {
    const path = join(folder, 'space.db')
    await using(createSqliteEngine({ path, maxBytes: 1e9 }), async (engine) => {
      const [disk, store] = await engine.spaces!()
      expect(disk).toMatchObject({ of: 'disk', freeBytes: expect.any(Number) })
      expect(store).toMatchObject({ of: 'store', totalBytes: 1e9 })
      expect(store!.freeBytes).toBeLessThan(1e9)
    })
    await using(createSqliteEngine({ path, maxBytes: Infinity }), async (engine) => {
      expect((await engine.spaces!()).map((space) => space.of)).toEqual(['disk'])
    })
  })
})
