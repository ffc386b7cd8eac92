import { lutimes } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { FleetError } from '../fleet-error.ts'
import { isErrno } from '../disk/disk-error.ts'
import { createFile } from '../disk/files.ts'
import type { Folder } from '../disk/folder.ts'
import { createToken, describeToken, isToken, judgeToken } from './process-token.ts'

const lockName = '.lock'
const claimPrefix = '.lock-'
const pollMs = 50
const beatMs = 1_000

/** Held until it is released or the process ends. */
export interface Lock {
  /** @throws FleetError `DEPLOY_LOCKED` when the lock was lost */
  check(): Promise<void>
  release(): Promise<void>
}

/**
 * Takes the lock of a deployment: the folder `.lock` with one entry, named after its owner (see `createToken`).
 *
 * Why two never hold it: the lock is free exactly when `.lock` is missing or empty. A process takes it by renaming a prepared
 * folder, with its own entry inside, onto `.lock`. The kernel does that in one step, and refuses when `.lock` has content. So
 * free → held happens once, from free only. Held → free removes one entry by name. Names never repeat, so a slow process can
 * remove the entry it judged, but never that of a later owner. Only the owner removes an entry, or a process that knows the
 * owner is dead: no process has its id, or the one that has it started at another time.
 *
 * Where that is unknown (another machine or container on the same disk, or no `/proc`), an owner counts as dead after 10
 * seconds without a heartbeat; one is due each second. It counts checks, not time, so a machine that was asleep
 * takes no lock. An owner whose event loop stalls that long can lose the lock; `check` then stops it from switching. `.lock` stays,
 * empty.
 *
 * Not `proper-lockfile`: it judges by age alone, and it deletes a stale lock and makes it again, so that two processes can
 * take it (https://github.com/moxystudio/node-proper-lockfile/issues/121).
 *
 * @throws FleetError `DEPLOY_LOCKED` after `timeoutMs`
 */
export async function acquireLock(folder: Folder, timeoutMs: number): Promise<Lock> {
  const deadline = performance.now() + timeoutMs
  const silence = new Silence(folder.ports.looksUntilSilent)
  for (;;) {
    const owner = await findOwner(folder, silence)
    const lock = owner === undefined ? await claim(folder) : undefined
    if (lock !== undefined) return lock
    if (performance.now() >= deadline) {
      const holder = owner === undefined ? 'other processes were faster' : `held by ${await describeToken(owner)}`
      throw new FleetError('DEPLOY_LOCKED', { path: folder.path, detail: holder })
    }
    await wait(pollMs * (0.5 + Math.random()))
  }
}

/** The entry of the owner; removes those of dead processes. */
async function findOwner(folder: Folder, silence: Silence): Promise<string | undefined> {
  const lock = await folder.find(lockName)
  if (lock === undefined) return undefined
  try {
    for (const owner of await lock.names()) {
      const life = await judgeToken(owner)
      if (life === 'alive') return owner
      if (life === 'unknown' && !(await silence.isLong(lock, owner))) return owner
      await ignoring(lock.unlink(owner), 'ENOENT')
    }
    return undefined
  } finally {
    await lock.close()
  }
}

/** Counts the looks at one entry since its last change. */
class Silence {
  readonly #most: number
  #entry = ''
  #looks = 0

  constructor(most: number) {
    this.#most = most
  }

  async isLong(lock: Folder, owner: string): Promise<boolean> {
    const seen = await lock.stat(owner)
    const entry = `${owner} ${seen?.mtimeNs}`
    this.#looks = entry === this.#entry ? this.#looks + 1 : 0
    this.#entry = entry
    return this.#looks >= this.#most
  }
}

/** Tries to take `.lock`. It stays open, so that releasing it needs no new descriptor. */
async function claim(folder: Folder): Promise<Lock | undefined> {
  // A new one each time: an entry's name must never repeat.
  const token = await createToken()
  const prepared = claimPrefix + token
  const made = await folder.make(prepared, 0o755)
  let isPlaced = false
  try {
    await createFile(made, token, new Uint8Array())
    await made.step('claiming')
    isPlaced = await renameOntoFree(folder, prepared)
    const lock = isPlaced ? await openHeld(folder, token) : undefined
    return lock === undefined ? undefined : hold(folder, lock, token)
  } catch (error) {
    // No other process removes it while this one lives.
    if (isPlaced) await made.unlink(token).catch(() => undefined)
    throw error
  } finally {
    await made.close()
    if (!isPlaced) await removeClaim(folder, prepared, token)
  }
}

async function openHeld(folder: Folder, token: string): Promise<Folder | undefined> {
  const lock = await folder.find(lockName)
  if ((await lock?.stat(token)) !== undefined) return lock
  await lock?.close()
  return undefined
}

async function renameOntoFree(folder: Folder, prepared: string): Promise<boolean> {
  try {
    // Windows never renames onto a folder, not even an empty one; removing an empty one is as safe as replacing it.
    if (process.platform === 'win32')
      await ignoring(folder.removeEmpty(lockName), 'ENOENT', 'ENOTEMPTY', 'EPERM', 'EACCES')
    await folder.rename(prepared, lockName)
    return true
  } catch (error) {
    if (isErrno(error, 'ENOTDIR')) {
      throw new FleetError('TARGET_UNSAFE', { path: join(folder.path, lockName), detail: 'not a real folder' })
    }
    if (isErrno(error, 'ENOTEMPTY', 'EEXIST') || (process.platform === 'win32' && isErrno(error, 'EPERM', 'EACCES')))
      return false
    throw error
  }
}

async function removeClaim(folder: Folder, prepared: string, token: string): Promise<void> {
  const left = await folder.find(prepared)
  if (left === undefined) return
  try {
    await ignoring(left.unlink(token), 'ENOENT')
  } finally {
    await left.close()
  }
  // Leave files of others.
  await ignoring(folder.removeEmpty(prepared), 'ENOENT', 'ENOTEMPTY', 'EEXIST')
}

/** Removes claims of processes that died before they took the lock. Only the owner of the lock may call it. */
export async function removeDeadClaims(folder: Folder): Promise<void> {
  for (const name of await folder.names()) {
    const token = name.slice(claimPrefix.length)
    if (!name.startsWith(claimPrefix) || !isToken(token)) continue
    const life = await judgeToken(token)
    const seen = await folder.stat(name)
    if (seen?.isDirectory() !== true) continue
    // A claim takes milliseconds; a process that still tries finds its entry gone.
    const isOld = Date.now() - Number(seen.mtimeMs) > 3_600_000
    if (life === 'dead' || (life === 'unknown' && isOld)) await removeClaim(folder, name, token)
  }
}

function hold(folder: Folder, lock: Folder, token: string): Lock {
  const touch = async () => lutimes(await lock.at(token), new Date(), new Date())
  const isOurs = async () => (await folder.holds(lockName, lock)) && (await lock.stat(token)) !== undefined
  let isReleased = false
  let beating = Promise.resolve()
  const beat = setInterval(() => {
    // A missed beat shows in `check` if it matters.
    beating = beating.then(touch).catch(() => undefined)
  }, beatMs).unref()
  return {
    async check() {
      if (!isReleased && (await isOurs())) return
      throw new FleetError('DEPLOY_LOCKED', { path: folder.path, detail: 'the lock was lost to another process' })
    },
    async release() {
      isReleased = true
      clearInterval(beat)
      await beating
      try {
        if (await isOurs()) await ignoring(lock.unlink(token), 'ENOENT')
      } finally {
        await lock.close()
      }
    },
  }
}

async function ignoring(work: Promise<void>, ...codes: string[]): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!isErrno(error, ...codes)) throw error
  }
}
