import { lutimes } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { FleetError } from '../fleet-error.ts'
import { isErrno } from './disk-error.ts'
import { createFile } from './files.ts'
import type { Folder } from './folder.ts'
import type { Ports } from './ports.ts'
import { createToken, describeToken, isToken, judgeToken } from './process-token.ts'

const lockName = '.lock'
const claimPrefix = '.lock-'
const pollMs = 50
const beatMs = 1_000

/** Held until released, or until the process ends. */
export interface Lock {
  /** @throws FleetError `DEPLOY_LOCKED` when the lock was taken away */
  check(): Promise<void>
  release(): Promise<void>
}

/**
 * Takes the lock of a deployment: the folder `.lock` with one entry, named after its owner (see `createToken`).
 *
 * Why two never hold it: the lock is free exactly when `.lock` is missing or empty. It is taken by renaming a prepared folder
 * that holds the new owner's entry onto `.lock`; the kernel does that in one step, and refuses when `.lock` has content. So
 * free → held happens once, from free only. Held → free is the removal of one entry by its name; names never recur, so a slow
 * process can remove the entry it judged, and never that of a later owner. (Locks that are renamed away or deleted and made
 * anew lack just this: see https://github.com/moxystudio/node-proper-lockfile/issues/121.) An entry is removed by its owner,
 * or by one who knows the owner to be dead: no process with its id, or one started at another time.
 *
 * Where that cannot be known (another machine or container on the same disk, or no `/proc`), an owner counts as dead after 10
 * seconds without a heartbeat, one of which is due each second. Looks are counted, not time, so that a machine asleep judges
 * nobody. An owner whose event loop stands still for so long can lose the lock to another; `check` then keeps it from
 * switching. `.lock` stays behind empty.
 *
 * @throws FleetError `DEPLOY_LOCKED` after `timeoutMs`
 */
export async function acquireLock(folder: Folder, timeoutMs: number, ports: Ports): Promise<Lock> {
  const deadline = performance.now() + timeoutMs
  const silence = new Silence(ports.looksUntilSilent)
  for (;;) {
    const owner = await findOwner(folder, silence)
    const lock = owner === undefined ? await claim(folder, ports) : undefined
    if (lock !== undefined) return lock
    if (performance.now() >= deadline) {
      const holder = owner === undefined ? 'others are faster' : `held by ${await describeToken(owner)}`
      throw new FleetError('DEPLOY_LOCKED', { path: folder.path, detail: holder })
    }
    await wait(pollMs * (0.5 + Math.random()))
  }
}

/** The entry that makes the lock held, once those of the dead are removed. */
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

/** Counts the looks at one entry since it last changed. */
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

/** Tries to make `.lock` our own. It stays open, so that releasing it takes no descriptor that may not be had then. */
async function claim(folder: Folder, ports: Ports): Promise<Lock | undefined> {
  // A new one each time: an entry's name must never recur.
  const token = await createToken()
  const prepared = claimPrefix + token
  const made = await folder.make(prepared, 0o755)
  let isPlaced = false
  try {
    await createFile(made, token, new Uint8Array())
    await ports.step('claiming', made.path)
    isPlaced = await renameOntoFree(folder, prepared)
    const lock = isPlaced ? await openHeld(folder, token) : undefined
    return lock === undefined ? undefined : hold(folder, lock, token)
  } catch (error) {
    // Nobody else removes it while this process lives.
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
    // Windows renames onto no folder, not even an empty one; removing an empty one is as safe as replacing it.
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
  // Somebody else's files in it are not ours to remove.
  await ignoring(folder.removeEmpty(prepared), 'ENOENT', 'ENOTEMPTY', 'EEXIST')
}

/** Removes what was prepared by processes that died before their claim; to be called by the owner of the lock. */
export async function removeDeadClaims(folder: Folder): Promise<void> {
  for (const name of await folder.names()) {
    const token = name.slice(claimPrefix.length)
    if (!name.startsWith(claimPrefix) || !isToken(token)) continue
    const life = await judgeToken(token)
    const seen = await folder.stat(name)
    if (seen?.isDirectory() !== true) continue
    // A claim is made in milliseconds; whoever still tries to make it finds that its entry is gone.
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
    // A missed beat shows in `check`, if it matters.
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
