import { open } from 'node:fs/promises'
import { SandboxError } from '../error.ts'

/** The right of one sandbox to a state file. */
export interface StateLock {
  release(): void
}

// https://www.sqlite.org/rescode.html
const busy = 5

/**
 * Takes the right to a state file; the operating system lets go of it when the process dies, however it dies. It is SQLite's
 * lock on an empty file beside it, which stays: to delete it would let two take it.
 *
 * @throws SandboxError `STATE_LOCKED` while another sandbox has it; `STATE_UNUSABLE`
 */
export async function lockState(path: string): Promise<StateLock> {
  // Here, since older versions of Node warn of it.
  const { DatabaseSync } = await import('node:sqlite')
  const lockPath = `${path}-lock`
  // Its owner's alone. Where it exists, or cannot be made, SQLite says what is to be said.
  await open(lockPath, 'wx', 0o600).then(
    (file) => file.close(),
    () => {},
  )
  let lock: InstanceType<typeof DatabaseSync> | undefined
  try {
    lock = new DatabaseSync(lockPath, { timeout: 0 })
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (error) {
    lock?.close()
    if (((error as { errcode?: number }).errcode ?? 0) % 256 === busy) {
      throw new SandboxError(
        'STATE_LOCKED',
        `Another sandbox uses the state file ${path}; end that one, or name another file`,
      )
    }
    throw new SandboxError('STATE_UNUSABLE', `The state file ${path} cannot be locked`, { cause: error })
  }
  const held = lock
  return { release: () => held.close() }
}
