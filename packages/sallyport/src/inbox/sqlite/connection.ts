import { statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { InboxError } from '../inbox-error.ts'
import { openDatabase } from './open.ts'
import { createMethods } from './create-methods.ts'
import type { Methods } from './methods.ts'
import type { SqliteSettings } from './options.ts'
import type { ProcessLock } from './process-lock.ts'
import { createSpace, type Space } from './space.ts'
import { createStatements } from './statements.ts'

/** An open database and what can be done with it. */
export interface OpenDatabase {
  readonly database: DatabaseSync
  readonly methods: Methods
  readonly space: Space
}

/** A connection that opens when it is needed, and again after it was closed. */
export interface Connection {
  /** @throws InboxError as `openDatabase`; `INBOX_UNAVAILABLE` when the files are no longer those that were opened */
  open(): OpenDatabase
  close(): void
}

export function createConnection(settings: SqliteSettings, lock: ProcessLock): Connection {
  const files = [settings.path, `${settings.path}-wal`]
  let current: OpenDatabase | undefined
  let identity = ''

  // Writes to a file that was deleted or replaced succeed, and are lost.
  function identify(): string {
    return files.map((file) => statSync(file, { throwIfNoEntry: false })?.ino ?? 'none').join(' ')
  }

  return {
    open() {
      if (current) {
        // Until the process starts again: closing deletes the log by its name, which may belong to another file by now.
        if (identify() !== identity)
          throw new InboxError('INBOX_UNAVAILABLE', `${settings.path} was moved or deleted while in use`)
        return current
      }
      const database = openDatabase(settings)
      const statements = createStatements(database)
      const space = createSpace(database, statements, settings.path, settings.maxBytes)
      current = { database, methods: createMethods(statements, space, lock), space }
      identity = identify()
      return current
    },
    close() {
      const closing = current
      current = undefined
      try {
        closing?.database.close()
      } catch {
        // It was unusable; there is nothing left to save.
      }
    },
  }
}
