import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A small file system mounted on a folder, to fill up. */
export interface SmallDisk {
  readonly folder: string
  resize(megabytes: number): void
  remove(): void
}

function mount(...args: string[]): void {
  execFileSync('mount', args, { stdio: 'pipe' })
}

/** Mounts one; prints a note and returns `undefined` if that is not permitted. */
export function mountSmallDisk(megabytes: number): SmallDisk | undefined {
  const home = mkdtempSync(join(tmpdir(), 'sallyport-small-'))
  const folder = join(home, 'disk')
  mkdirSync(folder)
  try {
    mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder)
  } catch (error) {
    rmSync(home, { recursive: true })
    console.error(`NOT TESTED: a disk that is full: ${(error as Error).message.split('\n')[0]}`)
    return undefined
  }
  return {
    folder,
    resize: (size) => mount('-o', `remount,size=${size}m`, folder),
    remove() {
      execFileSync('umount', [folder], { stdio: 'pipe' })
      rmSync(home, { recursive: true })
    },
  }
}
