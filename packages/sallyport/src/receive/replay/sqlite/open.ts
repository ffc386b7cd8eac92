import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { createCheckpointer } from '../../../inbox/sqlite/checkpointer.ts'
import { identifyFiles } from '../../../inbox/sqlite/identify-files.ts'
import { createPrivateFile } from '../../../inbox/sqlite/open.ts'
import { readContents } from '../../../inbox/sqlite/read-contents.ts'
import { createStatements, type Statements } from '../../../inbox/sqlite/statements.ts'
import { findOldSqlite } from '../../../inbox/sqlite/version.ts'
import { toRealPath } from '../../../inbox/real-path.ts'
import { failGuard } from '../shared/time-limit.ts'
import { applicationId, createTable } from './sql.ts'

/** An open file of events. */
export interface OpenFile {
  readonly statements: Statements
  /** Runs work in one transaction. @throws what SQLite throws, as while another process writes */
  inTransaction<Result>(work: () => Result): Result
  close(): Promise<void>
}

// In case the thread that copies the log cannot start: 64 MiB.
const longestLogPages = 16_384

/**
 * Opens the file, and makes its table. It never waits for another process: that would block the event loop.
 *
 * @throws SallyportError `REPLAY_GUARD_FAILED`
 */
export function openFile(givenPath: string): OpenFile {
  const problem = findOldSqlite()
  if (problem !== undefined) throw failGuard(problem)
  const path = toRealPath(givenPath)
  createPrivateFile(path)
  // SQLite keeps a log for each name: two processes with two names would not see each other's claims.
  if ((statSync(path, { throwIfNoEntry: false })?.nlink ?? 0) > 1)
    throw failGuard(`${path} has a second name (a hard link); remove one`)
  const database = new DatabaseSync(path, { timeout: 0 })
  try {
    setUp(database, path)
  } catch (error) {
    database.close()
    throw error
  }
  const statements = createStatements(database)
  const identify = (): string => identifyFiles(path, `${path}-wal`)
  const identity = identify()
  const logged = { database, statements, path, identity }
  // The log is synced and copied by a thread of its own, which the event loop does not wait for.
  const checkpointer = createCheckpointer(() => {
    if (database.isOpen) checkpointer.look(logged)
  })

  return {
    statements,
    inTransaction(work) {
      // Writes to a file that was deleted or replaced succeed, and are lost.
      if (identify() !== identity)
        throw failGuard(`${givenPath} was moved or deleted while in use; start the process again`)
      database.exec('BEGIN IMMEDIATE')
      try {
        const result = work()
        database.exec('COMMIT')
        checkpointer.look(logged)
        return result
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK')
        throw error
      }
    },
    async close() {
      await checkpointer.end()
      if (database.isOpen) database.close()
    },
  }
}

function setUp(database: DatabaseSync, path: string): void {
  const read = (name: string): unknown => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]

  function hasTable(): boolean {
    const { version, id, entries } = readContents(database)
    const isNew = version === 0 && id === 0 && entries === 0
    if (id !== applicationId && !isNew)
      throw failGuard(`${path} is a database of something else; give the guard a file of its own`)
    if (version > 1) throw failGuard(`${path} was written by a newer version of this package; update sallyport`)
    return !isNew
  }

  // Before the first change to it.
  hasTable()
  database.exec('PRAGMA journal_mode = WAL')
  if (read('journal_mode') !== 'wal') throw failGuard(`${path} has no write-ahead log; is the path on a local disk?`)
  // A commit survives the process; it reaches the disk when the log is copied.
  database.exec(`PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = ${longestLogPages}`)
  if (hasTable()) return
  // Read again under the lock: another process may be doing the same.
  database.exec('BEGIN IMMEDIATE')
  try {
    if (!hasTable()) database.exec(`PRAGMA application_id = ${applicationId}; ${createTable}`)
    database.exec('COMMIT')
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}
