import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { ReplayGuardSubject } from '@sallyport/contracts'
import { createSqliteReplayGuard, type SqliteReplayGuard } from 'sallyport/replay-guard/sqlite'

/** The subject of the contract: a file for each store. */
export function openSqliteSubject() {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-replay-'))
  const toPath = (store: string): string => join(folder, `${store}.db`)
  const guards = new Map<string, SqliteReplayGuard[]>()

  function withDatabase(store: string, work: (database: DatabaseSync) => void): void {
    const database = new DatabaseSync(toPath(store), { timeout: 5_000 })
    work(database)
    database.close()
  }

  const subject: ReplayGuardSubject = {
    leaseMs: 60_000,
    isBounded: true,
    createGuard(store, options) {
      const guard = createSqliteReplayGuard({ path: toPath(store), ...options })
      guards.set(store, [...(guards.get(store) ?? []), guard])
      return guard
    },
    passTime(store, ms) {
      withDatabase(store, (database) => {
        database
          .prepare('UPDATE replay_guard SET expires_at = expires_at - ?1, needed_until = needed_until - ?1')
          .run(ms)
      })
    },
    async removeStore(store) {
      await Promise.all((guards.get(store) ?? []).map((guard) => guard.close()))
      guards.delete(store)
    },
    // A process that was stopped in the middle of a write keeps the file locked.
    async interrupt(store) {
      const database = new DatabaseSync(toPath(store), { timeout: 5_000 })
      database.exec('BEGIN IMMEDIATE')
      return () => {
        database.exec('ROLLBACK')
        database.close()
      }
    },
  }
  return { subject, toPath, close: () => rmSync(folder, { recursive: true, force: true }) }
}
