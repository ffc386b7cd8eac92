import { link, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isSyncUnsupported } from 'sallyport/provider'
import type { FileLock } from './file-lock.ts'

// Named after the token of its writer's lock.
const fresh = /^\.[\da-f-]{36}\.tmp$/

/**
 * Keeps earlier holders of the lock from replacing the file: what they wrote, and would rename, is removed. Call it with the
 * lock, before the file is read. An earlier holder that renamed before is seen by that read, one that is later fails.
 */
export async function fenceOff(file: string): Promise<void> {
  const [folder, name] = [dirname(file), basename(file)]
  const isFresh = (other: string): boolean => other.startsWith(name) && fresh.test(other.slice(name.length))
  for (const left of (await readdir(folder)).filter(isFresh)) await rm(join(folder, left), { force: true })
}

/**
 * Replaces a file as a whole, durably, if the lock is still held.
 *
 * @returns whether it did; if not, another process holds the lock and nothing has changed
 */
export async function replaceFile(file: string, text: string, { token, isHeld }: FileLock): Promise<boolean> {
  const written = `${file}.${token}.tmp`
  try {
    const handle = await open(written, 'wx', 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    // Only now: a process that takes the lock over after this removes the file, so that the rename fails.
    if (!(await isHeld()) || !(await tryRename(written, file))) {
      await rm(written, { force: true })
      return false
    }
  } catch (error) {
    await rm(written, { force: true })
    throw error
  }
  await syncFolder(dirname(file))
  return true
}

/**
 * Removes a file, if the lock is still held; if not, what another process wrote stays or is put back.
 *
 * @returns whether it did
 */
export async function removeFile(file: string, { token, isHeld }: FileLock): Promise<boolean> {
  const aside = `${file}.${token}.tmp`
  if (!(await isHeld())) return false
  if (!(await tryRename(file, aside))) return true
  const isOurs = await isHeld()
  if (!isOurs) await link(aside, file).catch(() => {})
  await rm(aside, { force: true })
  return isOurs
}

async function tryRename(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

// The rename is durable only once the folder is synced. Windows cannot open a folder.
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } catch (cause) {
    if (isSyncUnsupported(cause)) return
    const { code } = cause as NodeJS.ErrnoException
    throw new Error(`it is written, but a power failure may undo it: its folder could not be flushed (${code})`, {
      cause,
    })
  } finally {
    await folder.close()
  }
}
