import { randomUUID } from 'node:crypto'
import { Pool } from 'pg'
import type { ReplayTerms } from 'sallyport'
import { createPostgresReplayGuard } from 'sallyport/replay-guard/postgres'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { administer, databaseUrl, hasDatabase, ownName } from '../support/inbox/pg-boss-database.ts'

const newTerms = (): ReplayTerms => ({ claimId: randomUUID(), now: 0, retentionMs: 3_600_000, minimumMs: 600_000 })
const failure = (words: string) => ({ code: 'REPLAY_GUARD_FAILED', message: expect.stringContaining(words) })

describe.runIf(await hasDatabase())('createPostgresReplayGuard', () => {
  let schema: string
  beforeEach(() => void (schema = ownName('guard')))
  afterEach(() => administer(`DROP SCHEMA IF EXISTS ${schema} CASCADE`))

  function create(options?: string) {
    const pool = new Pool({ connectionString: databaseUrl, max: 2, options })
    onTestFinished(() => pool.end())
    return createPostgresReplayGuard({ pool, namespace: 'shop', schema })
  }

  it('is not ready where it may only read', async () => {
    await create().ready()
    const guard = create('-c default_transaction_read_only=on')
    await expect(guard.ready()).rejects.toMatchObject(failure('PostgreSQL: 25006, the database is read-only'))
    await expect(guard.claim('a', newTerms())).rejects.toMatchObject(failure('25006'))
  })

  it('is not ready over a table with other columns', async () => {
    await administer(`CREATE SCHEMA ${schema}`, `CREATE TABLE ${schema}.replay_guard (id bytea PRIMARY KEY)`)
    const guard = create()
    await expect(guard.ready()).rejects.toMatchObject(failure('PostgreSQL: 42703, the table has other columns'))
    await expect(guard.claim('a', newTerms())).rejects.toMatchObject(failure('42703'))
  })
})
