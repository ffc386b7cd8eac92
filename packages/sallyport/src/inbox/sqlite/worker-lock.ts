import { DatabaseSync } from 'node:sqlite'
import { InboxError } from '../inbox-error.ts'
import { createPrivateFile } from './private-file.ts'
import { isBusy, toFailure } from './failure.ts'

/** The right of one process to work on an inbox; let go by the operating system when it dies, however it dies. */
export interface WorkerLock {
  /** @throws InboxError `INBOX_LOCKED` while another process has it */
  acquire(): void
  release(): void
}

/** @param path of the inbox; the lock is a file beside it */
export function createWorkerLock(path: string): WorkerLock {
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
