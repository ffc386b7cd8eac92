import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { wait } from '../http/retry.ts'

// Longer than a lock is respected, so that a writer outlasts a process that died.
const waitMs = 15_000
const pollMs = 20
// Writing takes milliseconds, so a lock this old belongs to a process that died, or that is paused.
const staleMs = 10_000

/** A lock that this process took. A paused process may lose it, so what it guards asks before it changes anything. */
export interface FileLock {
  /** Names the holder; new each time. */
  readonly token: string
  isHeld(): Promise<boolean>
}

/**
 * Runs work while this process holds the lock.
 *
 * @throws Error if other processes hold it for 15 seconds
 */
export async function withFileLock<Result>(path: string, work: (lock: FileLock) => Promise<Result>): Promise<Result> {
  const token = randomUUID()
  const isHeld = async (): Promise<boolean> => (await readFile(path, 'utf8').catch(() => '')) === token
  for (let waited = 0; !(await take(path, token)); waited += pollMs) {
    if (waited >= waitMs) throw new Error('other processes have locked it for 15 s; try again')
    await breakStale(path)
    await wait(pollMs)
  }
  try {
    return await work({ token, isHeld })
  } finally {
    if (await isHeld()) await rm(path, { force: true })
  }
}

async function take(path: string, token: string): Promise<boolean> {
  try {
    await writeFile(path, token, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Removes an abandoned lock, and puts back a new one that replaced it in the meantime. */
async function breakStale(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined || Date.now() - found.mtimeMs < staleMs) return
  const token = await readFile(path, 'utf8').catch(() => undefined)
  const aside = `${path}.${randomUUID()}`
  try {
    await rename(path, aside)
  } catch {
    return
  }
  if ((await readFile(aside, 'utf8').catch(() => undefined)) !== token) await link(aside, path).catch(() => {})
  await rm(aside, { force: true })
}
