import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'

/** A folder on a disk that can lose power and fail. */
export interface Disk {
  readonly folder: string
  /** Environment variables that put a process on this disk. */
  readonly environment: Record<string, string>
  /**
   * Drops what was never synced, once every process on the disk is dead.
   *
   * @param unsynced `'lost'`, or `'some survives'`: blocks that the system happened to write back, in any order
   */
  cut(unsynced?: 'lost' | 'some survives'): void
  /**
   * Makes the disk misbehave, or behave again.
   *
   * @param detail of `kill-at-sync`: the number of the sync
   */
  set(fault: Fault, isOn: boolean, detail?: string): void
  /** Syncs so far: of write-ahead logs, of other files, of the folder. */
  countSyncs(): { log: number; database: number; folder: number }
}

export type Fault = 'fail-syncs' | 'fail-writes' | 'slow-syncs' | 'kill-at-sync'

const source = fileURLToPath(new URL('disk-shim.c', import.meta.url))
const base = realpathSync(mkdtempSync(join(tmpdir(), 'sallyport-disk-')))
afterAll(() => rmSync(base, { recursive: true, force: true }))

/** The compiled shim; `undefined` if it is not available, and why. */
export const shim = compile()

function compile(): { readonly path?: string; readonly problem?: string } {
  if (process.platform !== 'linux') return { problem: 'the disk shim is for Linux' }
  const path = join(base, 'disk-shim.so')
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-O2', '-o', path, source, '-ldl', '-lpthread'], { stdio: 'pipe' })
    return { path }
  } catch (error) {
    return { problem: `no C compiler that makes the disk shim (${(error as Error).message.split('\n')[0]})` }
  }
}

/** Prints that a part of the tests does not run; for `describe.skipIf`. */
export function isWithoutShim(what: string): boolean {
  if (shim.path !== undefined) return false
  console.error(`NOT TESTED: ${what}: ${shim.problem}`)
  return true
}

let count = 0

export function createDisk(): Disk {
  const home = join(base, String(count++))
  const folder = join(home, 'disk')
  const shadow = join(home, 'synced')
  mkdirSync(folder, { recursive: true })
  mkdirSync(shadow)

  return {
    folder,
    environment: { LD_PRELOAD: shim.path!, DISK_FOLDER: folder, DISK_SHADOW: shadow },
    cut(unsynced = 'lost') {
      const synced = readSynced(shadow).map(({ name, inode, bytes }) => ({
        name,
        bytes: unsynced === 'lost' ? bytes : mix(bytes, readLive(join(folder, name), inode) ?? bytes),
      }))
      for (const path of [folder, shadow]) {
        rmSync(path, { recursive: true })
        mkdirSync(path)
      }
      const names: string[] = []
      for (const { name, bytes } of synced) {
        writeFileSync(join(folder, name), bytes, { mode: 0o600 })
        const { ino } = statSync(join(folder, name))
        writeFileSync(join(shadow, `data-${ino}`), bytes)
        names.push(`${name} ${ino}\n`)
      }
      writeFileSync(join(shadow, 'names'), names.join(''))
    },
    set(fault, isOn, detail = '') {
      if (isOn) writeFileSync(join(shadow, fault), detail)
      else rmSync(join(shadow, fault), { force: true })
    },
    countSyncs() {
      const kinds = readOr(join(shadow, 'syncs'), Buffer.alloc(0)).toString()
      const of = (kind: string): number => kinds.split(kind).length - 1
      return { log: of('l'), database: of('d'), folder: of('f') }
    },
  }
}

// The index of a write-ahead log is memory that processes share; nothing reads it after a cut.
const isKept = (name: string): boolean => !name.endsWith('-shm')

function readSynced(shadow: string): { name: string; inode: string; bytes: Buffer }[] {
  const lines = readOr(join(shadow, 'names'), Buffer.alloc(0)).toString().split('\n').filter(Boolean)
  return lines
    .map((line) => line.split(' ') as [name: string, inode: string])
    .filter(([name]) => isKept(name))
    .map(([name, inode]) => ({ name, inode, bytes: readOr(join(shadow, `data-${inode}`), Buffer.alloc(0)) }))
}

/** The file's content in memory, if it is still the same file. */
function readLive(path: string, inode: string): Buffer | undefined {
  return String(statSync(path, { throwIfNoEntry: false })?.ino) === inode ? readFileSync(path) : undefined
}

function readOr(path: string, fallback: Buffer): Buffer {
  try {
    return readFileSync(path)
  } catch {
    return fallback
  }
}

const blockSize = 4096

function mix(synced: Buffer, live: Buffer): Buffer {
  const mixed = Buffer.alloc(Math.max(synced.length, live.length))
  synced.copy(mixed)
  for (let from = 0; from < live.length; from += blockSize) {
    if (Math.random() < 0.5) live.copy(mixed, from, from, Math.min(live.length, from + blockSize))
  }
  return mixed
}
