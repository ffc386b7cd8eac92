import type { DatabaseSync } from 'node:sqlite'
import { InboxError } from '../inbox-error.ts'
import { Clock } from './clock.ts'
import { createMethods } from './create-methods.ts'
import { identifyFiles } from './identify-files.ts'
import type { Methods } from './methods.ts'
import { openDatabase } from './open.ts'
import type { SqliteSettings } from './options.ts'
import type { ProcessLock } from './process-lock.ts'
import { toRealPath } from '../real-path.ts'
import { createSpace, type Space } from './space.ts'
import { createStatements, type Statements } from './statements.ts'
import { createTally, type Tally } from './tally.ts'
import { createWorkerRight } from './worker-right.ts'

/** An open database and what can be done with it. */
export interface OpenDatabase {
  readonly database: DatabaseSync
  readonly methods: Methods
  readonly space: Space
  readonly statements: Statements
  readonly tally: Tally
  readonly clock: Clock
  /** Without links. */
  readonly path: string
  /** See `identifyFiles`. */
  readonly identity: string
}

/** A connection that opens when it is needed, and again after it was closed. */
export interface Connection {
  /** @throws InboxError as `openDatabase`; `INBOX_UNAVAILABLE` when the files are no longer those that were opened */
  open(): OpenDatabase
  /** Does something with the database unless it is closed. */
  ifOpen(work: (open: OpenDatabase) => void): void
  close(): void
}

/** @param token names this process, see `WorkerRight` */
export function createConnection(settings: SqliteSettings, lock: ProcessLock, token: string): Connection {
  let place: string | undefined
  let current: OpenDatabase | undefined

  // Writes to a file that was deleted or replaced succeed, and are lost. A link may lead elsewhere by now.
  function identify(): string {
    return identifyFiles(settings.path, `${place}-wal`)
  }

  return {
    open() {
      if (current) {
        // Until the process starts again: closing deletes the log by its name, which may belong to another file by now.
        if (identify() !== current.identity)
          throw new InboxError('INBOX_UNAVAILABLE', `${settings.path} was moved or deleted while in use`)
        return current
      }
      const path = place ?? toRealPath(settings.path)
      const database = openDatabase({ ...settings, path })
      place = path
      const statements = createStatements(database)
      const space = createSpace(database, statements, path, settings.maxBytes)
      const right = createWorkerRight(statements, { lock, path, token })
      const tally = createTally()
      const clock = new Clock()
      const methods = createMethods(statements, { space, right, tally, clock })
      current = { database, statements, methods, space, tally, clock, path, identity: identify() }
      return current
    },
    ifOpen(work) {
      if (current) work(current)
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
