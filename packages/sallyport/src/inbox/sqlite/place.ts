import { readlinkSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { InboxError } from '../inbox-error.ts'

const mostLinks = 40

/**
 * Where a path leads, through links to folders and files, so that all names of one database have one lock. Its file need not
 * be there. Of a path that leads nowhere, what opens it reports better what is wrong.
 */
export function toRealPath(path: string, links = mostLinks): string {
  const place = join(tryTo(() => realpathSync(dirname(path))) ?? dirname(path), basename(path))
  const target = tryTo(() => readlinkSync(place))
  return target === undefined || links === 0 ? place : toRealPath(resolve(dirname(place), target), links - 1)
}

function tryTo(read: () => string): string | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

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
