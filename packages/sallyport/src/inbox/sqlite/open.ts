import { closeSync, fsyncSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { isSyncUnsupported } from '../../errors/is-sync-unsupported.ts'
import { InboxError } from '../inbox-error.ts'
import { failUnmigrated } from '../read-only.ts'
import type { SqliteSettings } from './options.ts'
import { checkName } from './place.ts'
import { migrate } from './migrate.ts'
import { migrations } from './schema.ts'
import { readContents } from './read-contents.ts'
import { longestLog } from './space.ts'
import { findOldSqlite } from './version.ts'

const pageBytes = 4_096

/**
 * Opens the database, migrates its schema, and reads back what is really set.
 *
 * @throws InboxError `INBOX_UNSUPPORTED`, `INBOX_SETTINGS_WEAK`, `INBOX_SCHEMA_NEWER`
 */
export function openDatabase(settings: SqliteSettings): DatabaseSync {
  checkVersion()
  return settings.readOnly ? openToRead(settings) : openToWrite(settings)
}

function openToRead({ path, busyTimeoutMs }: SqliteSettings): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs, readOnly: true })
  try {
    const version = readVersion(database)
    checkNewer(version, path)
    // Only a process that writes migrates it.
    if (version === 0) throw new InboxError('INBOX_UNSUPPORTED', `${path} is no inbox`)
    if (version < migrations.length) failUnmigrated(`${path} has version ${version}`)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function openToWrite({ path, durability, busyTimeoutMs, maxBytes }: SqliteSettings): DatabaseSync {
  const synchronous = durability === 'power cut' ? 'FULL' : 'NORMAL'
  createPrivateFile(path)
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs })
  try {
    checkContents(database, path)
    // Before the first table: it cannot be changed later without rewriting the file.
    if (readVersion(database) === 0) database.exec('PRAGMA auto_vacuum = INCREMENTAL')
    database.exec('PRAGMA journal_mode = WAL')
    database.exec(`PRAGMA synchronous = ${synchronous}`)
    // On macOS a plain fsync leaves data in the drive's cache; elsewhere these change nothing.
    database.exec('PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON')
    database.exec(`PRAGMA journal_size_limit = ${longestLog(maxBytes)}`)
    // Usually the log is copied by a thread of its own before it is that long: see `createCheckpointer`.
    database.exec(`PRAGMA wal_autocheckpoint = ${Math.ceil(longestLog(maxBytes) / pageBytes)}`)
    verifySettings(database, synchronous)
    bringUp(database, path)
    checkName(database, path)
    syncLog(database)
    syncFolder(path)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function checkContents(database: DatabaseSync, path: string): void {
  const { version, id, entries, inboxTables } = readContents(database)
  checkNewer(version, path)
  const isNew = version === 0 && id === 0 && entries === 0
  if (!isNew && (version === 0 || inboxTables < 2))
    throw new InboxError(
      'INBOX_UNSUPPORTED',
      `${path} is a database of something else; give the inbox a file of its own`,
    )
}

function checkNewer(version: number, path: string): void {
  if (version > migrations.length)
    throw new InboxError(
      'INBOX_SCHEMA_NEWER',
      `${path} has version ${version}; this package knows up to ${migrations.length}`,
    )
}

function checkVersion(): void {
  const problem = findOldSqlite()
  if (problem !== undefined) throw new InboxError('INBOX_UNSUPPORTED', problem)
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

function bringUp(database: DatabaseSync, path: string): void {
  if (readVersion(database) === migrations.length) return
  // Read again under the lock: another process may be doing the same.
  database.exec('BEGIN IMMEDIATE')
  try {
    const version = readVersion(database)
    checkNewer(version, path)
    migrate(database, version)
    database.exec('COMMIT')
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

/**
 * A process that was killed may have left events in the log that are not synced yet. They can be read from now on, and a
 * sender's retry would be a duplicate of what the next power cut deletes: so they are synced first.
 */
function syncLog(database: DatabaseSync): void {
  const answer = database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get() as {
    busy: number
    log: number
    checkpointed: number
  }
  if (answer.busy === 0 && answer.log === answer.checkpointed) return
  // A reader kept some of it from being moved. A commit syncs the whole log.
  database.exec(`BEGIN IMMEDIATE; PRAGMA user_version = ${migrations.length}; COMMIT`)
}

// SQLite syncs the folder for its log, not for the database file itself.
function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } catch (error) {
    // SQLite itself flushes such a folder neither.
    if (!isSyncUnsupported(error)) throw error
  } finally {
    closeSync(folder)
  }
}

// Payloads are only for the account that runs the inbox. An existing file keeps its mode; the log of a database takes the mode
// of its file.
const ownerOnly = 0o600

/** Creates an empty file that only its owner can read, unless there is one. */
export function createPrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', ownerOnly))
  } catch {
    // It exists, or SQLite reports better than this what is wrong with the place.
  }
}
