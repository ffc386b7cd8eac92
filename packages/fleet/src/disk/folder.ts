import type { BigIntStats, Dirent } from 'node:fs'
import { lstat, mkdir, readdir, realpath, rmdir, unlink } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { isSyncUnsupported } from 'sallyport/provider'
import { FleetError } from '../fleet-error.ts'
import { isErrno, toErrno } from './disk-error.ts'
import { hasDescriptorPaths, isSame, notAFolder, openFolder, type Identity } from './open-folder.ts'
import { currentPorts, type Ports, type StepName } from './ports.ts'

/**
 * A real folder, held open: every operation happens in the folder that was opened, even if its path changes meanwhile.
 *
 * On Linux the folder is held by descriptor, and its entries are addressed as `/proc/self/fd/<n>/<name>`. The kernel
 * resolves that from the open folder: `openat` without a native addon. No folder of a path can be swapped for a link between
 * a check and its use, because no path is walked.
 *
 * Elsewhere, or without `/proc`, the identity (device and inode) of the folder is compared before each operation, and that of
 * each new file before anything is written to it. An attacker who may write to the same folders and hits the instant between
 * can have an empty file or folder made elsewhere. It is detected, and no content goes there.
 */
export class Folder {
  /** The path for people; nothing below an anchored folder is reached through it. */
  readonly path: string
  readonly ports: Ports
  readonly #base: string
  readonly #identity: Identity
  readonly #handle: FileHandle | undefined
  #isOpen = true

  private constructor(path: string, base: string, identity: Identity, ports: Ports, handle?: FileHandle) {
    this.path = path
    this.ports = ports
    this.#base = base
    this.#identity = identity
    this.#handle = handle
  }

  /**
   * Opens the folder at `path`. Links above it are the operator's choice and are resolved once; the folder itself must be
   * real.
   */
  static async openRoot(path: string, options: { create: boolean }): Promise<Folder> {
    const ports = currentPorts()
    const full = resolve(path)
    const openReal = async () => {
      const real = join(await realpath(dirname(full)), basename(full))
      return Folder.#open(real, real, ports, ports.anchored && (await hasDescriptorPaths()))
    }
    try {
      return await openReal()
    } catch (error) {
      if (!options.create || !isErrno(error, 'ENOENT')) throw error
    }
    await mkdir(full, { recursive: true })
    return openReal()
  }

  static async #open(at: string, path: string, ports: Ports, anchored: boolean): Promise<Folder> {
    if (anchored) {
      const handle = await openFolder(at, path)
      return new Folder(path, `/proc/self/fd/${handle.fd}`, await handle.stat({ bigint: true }), ports, handle)
    }
    const seen = await lstat(at, { bigint: true })
    if (!seen.isDirectory()) throw notAFolder(path)
    return new Folder(path, at, seen, ports)
  }

  /** Whether a swap of this folder has no effect; else it is only detected. */
  get anchored(): boolean {
    return this.#handle !== undefined
  }

  /** Tells a test which point is reached: at this folder, or at an entry of it. */
  async step(name: StepName, entry = ''): Promise<void> {
    await this.ports.step(name, join(this.path, entry))
  }

  /** Where the file system finds this folder. */
  async #here(): Promise<string> {
    if (!this.#isOpen) throw new Error(`${this.path} is closed`)
    if (this.#handle === undefined) await this.checkPlace()
    return this.#base
  }

  /** @throws FleetError `TARGET_UNSAFE` when the path now leads to another folder */
  async checkPlace(): Promise<void> {
    const seen = await lstat(this.path, { bigint: true }).catch(() => undefined)
    if (seen !== undefined && isSame(seen, this.#identity)) return
    throw new FleetError('TARGET_UNSAFE', { path: this.path, detail: 'the folder was replaced' })
  }

  /** Where the file system finds the entry `name`; ask again for each operation. */
  async at(name: string): Promise<string> {
    // Bundle paths have passed stricter rules; these names must never be joined to a path.
    if (['', '.', '..'].includes(name) || ['/', sep, '\0'].some((character) => name.includes(character))) {
      throw new FleetError('TARGET_UNSAFE', { path: this.path, detail: 'not the name of an entry' })
    }
    return `${await this.#here()}${sep}${name}`
  }

  /** The entry itself, links not followed; `undefined` when there is none. */
  async stat(name: string): Promise<BigIntStats | undefined> {
    return orUndefined(lstat(await this.at(name), { bigint: true }))
  }

  /** The folder itself. */
  async self(): Promise<BigIntStats> {
    return lstat(`${await this.#here()}${sep}.`, { bigint: true })
  }

  /** Whether the entry `name` is the folder or file `other`. */
  async holds(name: string, other: Folder | FileHandle): Promise<boolean> {
    const seen = await this.stat(name)
    const identity = other instanceof Folder ? other.#identity : await other.stat({ bigint: true })
    return seen !== undefined && isSame(seen, identity)
  }

  async names(): Promise<string[]> {
    return readdir(await this.#here())
  }

  /** The entries with their kinds. Names are bytes: one that is not UTF-8 would come out as another name, of no file. */
  async entries(): Promise<Dirent<Buffer>[]> {
    return readdir(await this.#here(), { withFileTypes: true, encoding: 'buffer' })
  }

  async open(name: string): Promise<Folder> {
    return Folder.#open(await this.at(name), join(this.path, name), this.ports, this.anchored)
  }

  /** As `open`; `undefined` when there is no such entry. */
  async find(name: string): Promise<Folder | undefined> {
    return orUndefined(this.open(name))
  }

  /** Makes a folder that does not exist yet, with exactly this mode whatever the umask. */
  async make(name: string, mode: number): Promise<Folder> {
    await mkdir(await this.at(name), { mode })
    const folder = await this.open(name)
    try {
      await folder.chmod(mode)
      return folder
    } catch (error) {
      await folder.close()
      throw error
    }
  }

  async openOrMake(name: string, mode: number): Promise<Folder> {
    const found = await this.find(name)
    if (found !== undefined) return found
    try {
      const made = await this.make(name, mode)
      await this.sync()
      return made
    } catch (error) {
      if (isErrno(error, 'EEXIST')) return this.open(name)
      throw error
    }
  }

  /** Renames an entry in this folder; replaces a file, a link or an empty folder of the new name. */
  async rename(from: string, to: string): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.ports.rename(await this.at(from), await this.at(to))
      } catch (error) {
        // Windows refuses while a virus scanner or a reader has the file open.
        const isTemporary = process.platform === 'win32' && isErrno(error, 'EPERM', 'EACCES', 'EBUSY')
        if (!isTemporary || attempt === 10) throw error
        await new Promise((proceed) => setTimeout(proceed, attempt * 10))
      }
    }
  }

  async unlink(name: string): Promise<void> {
    await unlink(await this.at(name))
  }

  async removeEmpty(name: string): Promise<void> {
    await rmdir(await this.at(name))
  }

  async chmod(mode: number): Promise<void> {
    if (process.platform !== 'win32') await this.#withHandle(async (handle) => this.ports.chmod(handle, mode))
  }

  /** Flushes the entries of this folder, so that they survive a power failure. */
  async sync(): Promise<void> {
    // Windows keeps such changes in a journal, and does not flush folders.
    if (process.platform === 'win32') return
    try {
      await this.#withHandle(this.ports.sync)
    } catch (error) {
      if (!isSyncUnsupported(error)) throw error
    }
  }

  /**
   * Flushes a change that is already made. A failure would say that it is not made.
   *
   * @returns why it could not be flushed, as `EIO`
   */
  async syncMade(): Promise<string | undefined> {
    try {
      await this.sync()
      return undefined
    } catch (error) {
      const code = toErrno(error)
      if (code === undefined) throw error
      return code
    }
  }

  async #withHandle(work: (handle: FileHandle) => Promise<void>): Promise<void> {
    if (this.#handle !== undefined) return work(this.#handle)
    const handle = await openFolder(await this.#here(), this.path)
    try {
      if (!isSame(await handle.stat({ bigint: true }), this.#identity)) throw notAFolder(this.path)
      await work(handle)
    } finally {
      await handle.close()
    }
  }

  /** Call it after the last operation has ended: from now on another file may get the descriptor. */
  async close(): Promise<void> {
    if (!this.#isOpen) return
    this.#isOpen = false
    await this.#handle?.close()
  }
}

async function orUndefined<Result>(found: Promise<Result>): Promise<Result | undefined> {
  try {
    return await found
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw error
  }
}
