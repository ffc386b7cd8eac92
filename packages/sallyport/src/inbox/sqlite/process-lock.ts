import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { InboxError } from '../inbox-error.ts'
import { createPrivateFile } from './open.ts'
import { isBusy, toFailure } from './errors.ts'

/** A lock file beside the database; the operating system releases it when the process dies. */
export interface ProcessLock {
  /**
   * Takes it, unless it is held already. Returns what tells this lock file from another one at the same path.
   *
   * @param path of the database, without links
   * @throws InboxError `INBOX_LOCKED` while another process has it; `INBOX_UNAVAILABLE`
   */
  acquire(path: string): string
  isHeld(): boolean
  release(): void
}

export function createProcessLock(): ProcessLock {
  let held: { readonly database: DatabaseSync; readonly identity: string } | undefined

  return {
    acquire(path) {
      held ??= open(path)
      return held.identity
    },
    isHeld: () => held !== undefined,
    release() {
      held?.database.close()
      held = undefined
    },
  }
}

function open(path: string): { readonly database: DatabaseSync; readonly identity: string } {
  const lockPath = `${path}-worker`
  createPrivateFile(lockPath)
  let database: DatabaseSync | undefined
  try {
    const identity = identify(lockPath)
    database = new DatabaseSync(lockPath, { timeout: 0 })
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    if (identify(lockPath) !== identity) throw new InboxError('INBOX_LOCKED', `${lockPath} was replaced`)
    return { database, identity }
  } catch (error) {
    database?.close()
    if (InboxError.is(error)) throw error
    if (isBusy(error)) throw new InboxError('INBOX_LOCKED', `another process works on ${path}`)
    throw new InboxError('INBOX_UNAVAILABLE', `its lock file: ${toFailure(error).detail}`)
  }
}

// The number of a file is not given to another one while a process has it open. That of its device may change with a restart.
function identify(lockPath: string): string {
  return String(statSync(lockPath, { bigint: true }).ino)
}
