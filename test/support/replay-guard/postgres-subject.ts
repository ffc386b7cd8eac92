import type { ReplayGuardSubject } from '@sallyport/contracts'
import { Pool } from 'pg'
import { createPostgresReplayGuard } from 'sallyport/replay-guard/postgres'
import { databaseUrl } from '../inbox/pg-boss-database.ts'
import { openProxy } from '../inbox/pg-boss-proxy.ts'

// Unless a test is about it: a busy machine takes its time.
const patient = { timeoutMs: 20_000 }

/** The subject of the contract: a schema for each store. */
export async function openPostgresSubject(url = databaseUrl) {
  const proxy = await openProxy(url)
  const pool = new Pool({ connectionString: proxy.url, max: 5 })
  const direct = new Pool({ connectionString: url, max: 2 })
  const toSchema = (store: string): string => `sallyport_${store}`
  const schemas = new Set<string>()

  const subject: ReplayGuardSubject = {
    leaseMs: 60_000,
    isBounded: true,
    createGuard(store, options) {
      schemas.add(store)
      return createPostgresReplayGuard({ pool, namespace: 'contract', schema: toSchema(store), ...patient, ...options })
    },
    async passTime(store, ms) {
      await direct.query(
        `UPDATE ${toSchema(store)}.replay_guard SET expires_at = expires_at - $1::float8 * interval '1 millisecond',
           needed_until = needed_until - $1::float8 * interval '1 millisecond'`,
        [ms],
      )
    },
    async removeStore(store) {
      await direct.query(`DROP SCHEMA IF EXISTS ${toSchema(store)} CASCADE`)
    },
    async interrupt(_store, how) {
      if (how === 'closed') await proxy.cut()
      else proxy.pause()
      return () => proxy.restore()
    },
  }
  return {
    subject,
    pool,
    direct,
    async close() {
      await proxy.cut()
      await Promise.all([pool.end(), direct.end()])
    },
  }
}
