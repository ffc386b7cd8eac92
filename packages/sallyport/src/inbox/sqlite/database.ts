import { closeSync, fsyncSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { InboxError } from '../inbox-error.ts'
import { createPrivateFile } from './private-file.ts'
import { migrations } from './schema.ts'

/** How a database is opened. */
export interface DatabaseSettings {
  readonly path: string
  /** `FULL` survives a power cut; `NORMAL` does not. */
  readonly synchronous: 'FULL' | 'NORMAL'
  /** Largest size in bytes. */
  readonly maxBytes: number
  /** Milliseconds to wait for another connection's lock. */
  readonly busyTimeoutMs: number
  /** Only look. @default false */
  readonly readOnly?: boolean
}

const oldestSqlite = [3, 51, 3] as const

/**
 * Opens the database, brings its schema forward, and reads back what is really set.
 *
 * @throws InboxError `INBOX_UNSUPPORTED`, `INBOX_SETTINGS_WEAK`, `INBOX_SCHEMA_NEWER`
 */
export function openDatabase(settings: DatabaseSettings): DatabaseSync {
  checkVersion()
  return settings.readOnly ? openToLook(settings) : openToWork(settings)
}

function openToLook({ path, busyTimeoutMs }: DatabaseSettings): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs, readOnly: true })
  try {
    const version = readVersion(database)
    if (version > migrations.length)
      throw new InboxError('INBOX_SCHEMA_NEWER', `its version is ${version}, known are ${migrations.length}`)
    // Bringing it forward is for whoever works on it.
    if (version < migrations.length)
      throw new InboxError(
        'INBOX_UNSUPPORTED',
        `its version is ${version}; ${path} is no inbox, or one to be opened to work first`,
      )
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function openToWork({ path, synchronous, busyTimeoutMs }: DatabaseSettings): DatabaseSync {
  createPrivateFile(path)
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs })
  try {
    // Before the first table: it cannot be changed later without rewriting the file.
    if (readVersion(database) === 0) database.exec('PRAGMA auto_vacuum = INCREMENTAL')
    database.exec('PRAGMA journal_mode = WAL')
    database.exec(`PRAGMA synchronous = ${synchronous}`)
    // On macOS a plain fsync leaves data in the drive's cache; elsewhere these change nothing.
    database.exec('PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON')
    database.exec('PRAGMA journal_size_limit = 67108864')
    verifySettings(database, synchronous)
    migrate(database)
    syncLog(database)
    syncFolder(path)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function checkVersion(): void {
  const version = process.versions['sqlite'] ?? '0'
  const parts = version.split('.').map(Number)
  const difference = oldestSqlite.map((part, index) => (parts[index] ?? 0) - part).find((step) => step !== 0) ?? 0
  // Older ones can corrupt a database when the write-ahead log is reset (fixed in 3.51.3).
  if (difference < 0)
    throw new InboxError(
      'INBOX_UNSUPPORTED',
      `SQLite ${oldestSqlite.join('.')} or newer is needed, this Node has ${version}`,
    )
}

function readPragma(database: DatabaseSync, name: string): unknown {
  return Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]
}

const readVersion = (database: DatabaseSync): number => Number(readPragma(database, 'user_version'))

function verifySettings(database: DatabaseSync, wanted: 'FULL' | 'NORMAL'): void {
  const journal = readPragma(database, 'journal_mode')
  if (journal !== 'wal')
    throw new InboxError(
      'INBOX_SETTINGS_WEAK',
      `journal_mode is ${String(journal)} instead of wal; is the path on a local disk?`,
    )
  const synchronous = Number(readPragma(database, 'synchronous'))
  if (synchronous < (wanted === 'FULL' ? 2 : 1))
    throw new InboxError('INBOX_SETTINGS_WEAK', `synchronous is ${synchronous} instead of ${wanted}`)
}

function migrate(database: DatabaseSync): void {
  if (readVersion(database) === migrations.length) return
  // Read again with the lock in hand: another process may be doing the same.
  database.exec('BEGIN IMMEDIATE')
  try {
    const version = readVersion(database)
    if (version > migrations.length)
      throw new InboxError('INBOX_SCHEMA_NEWER', `its version is ${version}, known are ${migrations.length}`)
    for (const migration of migrations.slice(version)) database.exec(migration)
    database.exec(`PRAGMA user_version = ${migrations.length}; COMMIT`)
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

/**
 * A process that was killed may have left events in the log that no sync has put on disk yet. They can be read from now on,
 * and a sender that returns would be told "duplicate" of what the next power cut takes away: so they are synced first.
 */
function syncLog(database: DatabaseSync): void {
  const answer = database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get() as {
    busy: number
    log: number
    checkpointed: number
  }
  if (answer.busy === 0 && answer.log === answer.checkpointed) return
  // Somebody is reading, so that not all could be moved. A commit syncs the log as a whole.
  database.exec(`BEGIN IMMEDIATE; PRAGMA user_version = ${migrations.length}; COMMIT`)
}

// SQLite syncs the folder for its log, not for the database file itself.
function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
