import { open } from 'node:fs/promises'
import { SandboxError } from '../error.ts'

/** An exclusive lock on a state file. */
export interface StateLock {
  release(): void
}

// https://www.sqlite.org/rescode.html
const busy = 5

/**
 * Locks a state file; the operating system releases the lock when the process dies. It is SQLite's lock on an empty file
 * beside it. That file stays: deleting it would let two processes lock it.
 *
 * @throws SandboxError `STATE_LOCKED` while another sandbox holds it; `STATE_UNUSABLE`
 */
export async function lockState(path: string): Promise<StateLock> {
  // Imported here, because some versions of Node print a warning.
  const { DatabaseSync } = await import('node:sqlite')
  // An inbox locks its file alike; `sallyport` does not export that lock.
  const lockPath = `${path}-lock`
  // Readable by its owner only. If it cannot be created, SQLite reports the error.
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
        `Another sandbox uses the state file ${path}; stop it, or pass another file`,
      )
    }
    throw new SandboxError(
      'STATE_UNUSABLE',
      `The state file ${path} cannot be locked; check its folder and permissions`,
      { cause: error },
    )
  }
  const held = lock
  return { release: () => held.close() }
}
