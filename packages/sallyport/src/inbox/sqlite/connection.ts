import { statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { InboxError } from '../inbox-error.ts'
import { openDatabase, type DatabaseSettings } from './database.ts'
import { createStore, type Store } from './store.ts'

/** An open database with its statements. */
export interface OpenStore {
  readonly database: DatabaseSync
  readonly store: Store
}

/** A connection that is opened when it is needed, and again after it was given up. */
export interface Connection {
  /** @throws InboxError as `openDatabase`; `INBOX_UNAVAILABLE` when the files are no longer those that were opened */
  open(): OpenStore
  close(): void
}

export function createConnection(settings: DatabaseSettings): Connection {
  const files = [settings.path, `${settings.path}-wal`]
  let current: OpenStore | undefined
  let identity = ''

  // A file that is deleted or replaced is written to as before, and nothing of that is found again.
  function identify(): string {
    return files.map((file) => statSync(file, { throwIfNoEntry: false })?.ino ?? 'none').join(' ')
  }

  return {
    open() {
      if (current) {
        // It stays so until the process starts again: closing deletes the log by its name, which may be another's by now.
        if (identify() !== identity)
          throw new InboxError('INBOX_UNAVAILABLE', `${settings.path} was moved or deleted while in use`)
        return current
      }
      const database = openDatabase(settings)
      current = { database, store: createStore(database, settings.path, settings.maxBytes) }
      identity = identify()
      return current
    },
    close() {
      const closing = current
      current = undefined
      try {
        closing?.database.close()
      } catch {
        // It could not be used any more; there is nothing left to save.
      }
    },
  }
}
