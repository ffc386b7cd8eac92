import { statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { InboxError } from '../inbox-error.ts'

/**
 * SQLite keeps a log for each name of a file: what is committed under one name is overwritten under another. The database
 * knows the name it has, so that a copy or a move gets a new one, and a second name (a hard link) is rejected.
 *
 * @param path without links
 * @throws InboxError `INBOX_SETTINGS_WEAK`
 */
export function checkName(database: DatabaseSync, path: string): void {
  // Not the folder's path: a container may mount it elsewhere.
  const name = `${statSync(dirname(path), { bigint: true }).ino}/${basename(path)}`
  const known = database.prepare('SELECT name FROM place').get()?.['name']
  if (known === name) return
  if (known !== undefined && statSync(path).nlink > 1)
    throw new InboxError('INBOX_SETTINGS_WEAK', `${path} is a second name of a database (a hard link); use the first`)
  database.prepare('INSERT OR REPLACE INTO place (one, name) VALUES (1, ?)').run(name)
}
