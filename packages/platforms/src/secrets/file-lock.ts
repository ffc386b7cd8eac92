import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { wait } from '../http/retry.ts'

const waitMs = 5_000
const pollMs = 20
// Writing takes milliseconds, so a lock this old belongs to a dead process.
const staleMs = 15_000

/**
 * Runs work while this process holds the lock.
 *
 * @throws Error if another process holds it for five seconds
 */
export async function withFileLock<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  const token = randomUUID()
  for (let waited = 0; !(await take(path, token)); waited += pollMs) {
    if (waited >= waitMs) throw new Error('another process has locked it for 5 s; try again')
    await breakStale(path)
    await wait(pollMs)
  }
  try {
    return await work()
  } finally {
    if ((await readFile(path, 'utf8').catch(() => '')) === token) await rm(path, { force: true })
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
