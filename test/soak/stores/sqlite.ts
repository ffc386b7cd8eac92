import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { mountSmallDisk } from '../../support/crash/small-disk.ts'
import type { SoakStore } from './store.ts'

// More than a run of ten minutes stores.
const diskMegabytes = 768
const chunk = Buffer.alloc(1024 * 1024)

/** A file on a small disk; where none may be mounted, in a folder, and the disk is never full. */
export async function openSqliteStore(): Promise<SoakStore> {
  const disk = mountSmallDisk(diskMegabytes)
  const folder = disk?.folder ?? mkdtempSync(join(tmpdir(), 'sallyport-soak-'))
  const path = join(folder, 'events.db')
  const ballast = join(folder, 'ballast')

  async function lock(forMs: number): Promise<void> {
    const other = new DatabaseSync(path, { timeout: 0 })
    try {
      await begin(other)
      await wait(forMs)
    } finally {
      other.close()
    }
  }

  async function fill(forMs: number): Promise<void> {
    const file = openSync(ballast, 'w')
    try {
      for (;;) writeSync(file, chunk)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      await wait(forMs)
    } finally {
      closeSync(file)
      rmSync(ballast)
    }
  }

  function remove(): void {
    process.off('exit', remove)
    if (disk === undefined) rmSync(folder, { recursive: true, force: true })
    else disk.remove()
  }

  // A disk stays mounted otherwise.
  process.once('exit', remove)
  return {
    choice: { engine: 'sqlite', options: { path, busyTimeoutMs: 2_000 } },
    viewer: { engine: 'sqlite', options: { path, readOnly: true } },
    faults: disk === undefined ? ['locked'] : ['locked', 'full'],
    strike: (fault, forMs) => (fault === 'locked' ? lock(forMs) : fill(forMs)),
    remove: async () => remove(),
  }
}

// Without blocking the event loop that sends: a paused process may hold the lock for seconds.
async function begin(database: DatabaseSync): Promise<void> {
  const end = Date.now() + 20_000
  for (;;) {
    try {
      database.exec('BEGIN IMMEDIATE')
      return
    } catch (error) {
      if (Date.now() > end) throw error
      await wait(5)
    }
  }
}
