import { DatabaseSync } from 'node:sqlite'
import { InboxError } from '../inbox-error.ts'
import { createPrivateFile } from './open.ts'
import { isBusy, toFailure } from './errors.ts'

/** The right of one process to handle the events of a file; the operating system releases it when the process dies. */
export interface ProcessLock {
  /** @throws InboxError `INBOX_LOCKED` while another process has it */
  acquire(): void
  release(): void
}

/** @param path of the inbox; the lock is a file beside it */
export function createProcessLock(path: string): ProcessLock {
  const lockPath = `${path}-worker`
  let held: DatabaseSync | undefined

  return {
    acquire() {
      if (held) return
      createPrivateFile(lockPath)
      let lock: DatabaseSync | undefined
      try {
        lock = new DatabaseSync(lockPath, { timeout: 0 })
        lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
      } catch (error) {
        lock?.close()
        if (isBusy(error)) throw new InboxError('INBOX_LOCKED', `another process works on ${path}`)
        throw new InboxError('INBOX_UNAVAILABLE', `its lock file: ${toFailure(error).detail}`)
      }
      held = lock
    },
    release() {
      held?.close()
      held = undefined
    },
  }
}
