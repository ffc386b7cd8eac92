import { createPgBossEngine } from 'sallyport/inbox/pg-boss'
import { afterEach, expect, it, vi } from 'vitest'
import { newEvent } from '../../packages/contracts/src/engine/test-store.ts'
import { administer, databaseUrl, ownName } from '../support/inbox/pg-boss-database.ts'
import { describeSuite } from '../support/inbox/pg-boss-suite.ts'

const url = new URL(databaseUrl)

/** The database through a separate role, whose settings affect no other test. */
async function withRole(work: (role: string, url: string) => Promise<void>): Promise<void> {
  const role = ownName('role')
  const own = new URL(url)
  own.username = role
  own.password = role
  await administer(`CREATE ROLE ${role} LOGIN SUPERUSER PASSWORD '${role}'`)
  try {
    await work(role, own.href)
  } finally {
    await administer(`DROP OWNED BY ${role} CASCADE`, `DROP ROLE ${role}`)
  }
}

describeSuite('what PostgreSQL is set up to keep', ({ createEngine, createQueue, schema }) => {
  afterEach(() => vi.restoreAllMocks())

  it('must be no weaker than promised', () =>
    withRole(async (role, connectionString) => {
      await administer(`ALTER ROLE ${role} SET synchronous_commit = off`)
      const engine = createEngine({ connectionString })
      await expect(engine.start()).rejects.toMatchObject({
        code: 'INBOX_SETTINGS_WEAK',
        message: expect.stringContaining('synchronous_commit is off'),
      })
      await expect(engine.insert([newEvent(1)])).rejects.toMatchObject({ code: 'INBOX_STOPPED' })
    }))

  it('may be weaker where configured, and is printed', () =>
    withRole(async (role, connectionString) => {
      await administer(`ALTER ROLE ${role} SET synchronous_commit = off`)
      const print = vi.spyOn(console, 'error').mockReturnValue()
      const engine = createEngine({ connectionString, durability: 'as configured' })
      await engine.start()
      expect(engine.promises.durability).toBe('as configured')
      expect(print).toHaveBeenCalledWith(expect.stringContaining('as configured'))
      expect(await engine.insert([newEvent(1)])).toEqual(['stored'])
    }))

  it('is checked by every insert', () =>
    withRole(async (role, connectionString) => {
      const queue = createQueue()
      const engine = createEngine({ connectionString, queue })
      await engine.start()
      expect(await engine.insert([newEvent(1)])).toEqual(['stored'])
      await administer(
        `ALTER ROLE ${role} SET synchronous_commit = off`,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${role}'`,
      )
      // The first ones meet the ended connections, the later ones new connections.
      await expect
        .poll(() => engine.insert([newEvent(2)]).catch((error: { code: string }) => error.code))
        .toBe('INBOX_SETTINGS_WEAK')
      const other = createEngine({ queue })
      await other.start()
      expect(await other.get('key-2')).toBeUndefined()
      expect(await other.get('key-1')).toBeDefined()
    }))

  it('excludes unlogged tables', async () => {
    const queue = createQueue()
    await createEngine({ queue }).start()
    await administer(`ALTER TABLE ${schema}.inbox_event SET UNLOGGED`)
    try {
      await expect(createEngine({ queue }).start()).rejects.toMatchObject({
        code: 'INBOX_SETTINGS_WEAK',
        message: expect.stringContaining('inbox_event'),
      })
    } finally {
      await administer(`ALTER TABLE ${schema}.inbox_event SET LOGGED`)
    }
  })

  it('rejects a schema of a newer version', async () => {
    await createEngine().start()
    await administer(`INSERT INTO ${schema}.inbox_version VALUES (1000)`)
    try {
      await expect(createEngine().start()).rejects.toMatchObject({ code: 'INBOX_SCHEMA_NEWER' })
    } finally {
      await administer(`DELETE FROM ${schema}.inbox_version WHERE version = 1000`)
    }
  })

  it('rejects a queue with another policy', async () => {
    const queue = createQueue()
    await administer(`SELECT ${schema}.create_queue('${queue}', '{"policy": "singleton"}')`)
    await expect(createEngine({ queue }).start()).rejects.toMatchObject({ code: 'INBOX_UNSUPPORTED' })
  })

  it('rejects invalid options', () => {
    const connectionString = databaseUrl
    for (const options of [
      {},
      { connectionString, db: {} },
      { connectionString, schema: 'a; DROP' },
      { connectionString, queue: '' },
      { connectionString, leaseMs: 1 },
      { connectionString, retentionMs: 0 },
    ]) {
      expect(() => createPgBossEngine(options as { connectionString: string })).toThrow(
        expect.objectContaining({ code: 'INBOX_OPTION_INVALID' }),
      )
    }
  })
})
