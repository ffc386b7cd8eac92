import { randomUUID } from 'node:crypto'
import { describeReplayGuard } from '@sallyport/contracts'
import { Pool } from 'pg'
import { createPostgresReplayGuard } from 'sallyport/replay-guard/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTableSql } from '../../packages/sallyport/src/receive/replay/postgres/sql.ts'
import { hasPgBouncer, startPgBouncer } from '../support/inbox/pgbouncer.ts'
import { hasPostgresServer, startPostgresServer, type PostgresServer } from '../support/inbox/postgres-server.ts'
import { openPostgresSubject } from '../support/replay-guard/postgres-subject.ts'

const newTerms = () => ({ claimId: randomUUID(), now: Date.now(), retentionMs: 3_600_000, minimumMs: 600_000 })

describe.runIf(hasPostgresServer('the replay guard in PostgreSQL'))('the replay guard in PostgreSQL', async () => {
  const server: PostgresServer = await startPostgresServer()
  afterAll(() => server.remove())

  describe.runIf(hasPgBouncer('the replay guard behind PgBouncer'))('behind PgBouncer', async () => {
    // Fewer connections than callers, so that each statement may get another one.
    const bouncer = await startPgBouncer(server, 'transaction', 3)
    const { subject, close } = await openPostgresSubject(bouncer.url)
    afterAll(async () => {
      await close()
      await bouncer.remove()
    })
    describeReplayGuard('in PostgreSQL', { ...subject, interrupt: undefined })
  })

  describe('as a role with the least privileges', () => {
    let pool: Pool
    beforeAll(async () => {
      await server.query(createTableSql('sallyport'))
      await server.query(`CREATE ROLE receiver LOGIN; GRANT USAGE ON SCHEMA sallyport TO receiver;
        GRANT SELECT, INSERT, UPDATE, DELETE ON sallyport.replay_guard TO receiver`)
      const url = new URL(server.url)
      url.username = 'receiver'
      pool = new Pool({ connectionString: url.href })
    })
    afterAll(() => pool.end())

    it('does all that it needs', async () => {
      const guard = createPostgresReplayGuard({ pool, namespace: 'shop', capacity: 3 })
      await guard.ready()
      const terms = newTerms()
      for (const key of ['a', 'b', 'c']) expect(await guard.claim(key, { ...terms, claimId: key })).toBe('claimed')
      await guard.commit('a', { ...terms, claimId: 'a' })
      await guard.release('b', { ...terms, claimId: 'b' })
      expect(await guard.claim('a', newTerms())).toBe('duplicate')
      expect(await guard.usage?.()).toEqual({ held: 2, capacity: 3 })
    })

    it('says what is missing', async () => {
      const guard = createPostgresReplayGuard({ pool, namespace: 'shop', schema: 'elsewhere' })
      await expect(guard.ready()).rejects.toMatchObject({
        code: 'REPLAY_GUARD_FAILED',
        message: expect.stringContaining('the role lacks a privilege'),
      })
    })
  })

  it('works where the role asks for serializable transactions', async () => {
    await server.query(
      `CREATE ROLE careful LOGIN SUPERUSER; ALTER ROLE careful SET default_transaction_isolation = 'serializable'`,
    )
    const url = new URL(server.url)
    url.username = 'careful'
    const pool = new Pool({ connectionString: url.href, max: 8 })
    const guard = createPostgresReplayGuard({ pool, namespace: 'careful' })
    await guard.ready()
    for (let round = 0; round < 20; round++) {
      const answers = await Promise.allSettled(
        Array.from({ length: 8 }, async () => guard.claim(`${round}`, newTerms())),
      )
      expect(
        answers.filter((answer) => answer.status === 'fulfilled' && answer.value === 'claimed').length,
      ).toBeLessThan(2)
      expect(await guard.claim(`own ${round}`, newTerms())).toBe('claimed')
    }
    await pool.end()
  })

  it('deletes 20,000 lapsed rows in steps while events are claimed', async () => {
    const pool = new Pool({ connectionString: server.url })
    const create = () => createPostgresReplayGuard({ pool, namespace: 'cleaning', schema: 'cleaning' })
    await create().ready()
    const guard = create()
    await server.query(`INSERT INTO cleaning.replay_guard
      SELECT sha256(n::text::bytea), NULL, now() - interval '1 day', now() - interval '1 day' FROM generate_series(1, 20000) n`)
    for (let index = 0; index < 50; index++) expect(await guard.claim(`${index}`, newTerms())).toBe('claimed')
    await expect.poll(async () => (await guard.usage!()).held).toBe(50)
    await pool.end()
  })
})
