import { open } from 'node:fs/promises'
import { isErrno } from './disk-error.ts'
import { fileMode, toTemporaryName } from './files.ts'
import type { Folder } from './folder.ts'
import { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } from './open-folder.ts'

/** The permissions of a mode, with the bits for user id, group id and sticky. */
export function permissionsOf({ mode }: { readonly mode: number | bigint }): number {
  return Number(mode) & 0o7777
}

/**
 * Whether the disk keeps modes. Windows, FAT and many network disks ignore `chmod`, so there every mode differs from the one that
 * was set. It is tried with a file, which is removed again. If none can be made, modes count as kept.
 */
export async function keepsModes(folder: Folder): Promise<boolean> {
  if (process.platform === 'win32') return false
  const name = toTemporaryName()
  const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
  const handle = await open(await folder.at(name), flags, 0o600).catch((error: unknown) => {
    if (isErrno(error, 'EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT')) return undefined
    throw error
  })
  if (handle === undefined) return true
  try {
    // Such a disk shows one mode for all files, so at most one of these is it.
    for (const mode of [0o600, fileMode]) {
      await folder.ports.chmod(handle, mode)
      if (permissionsOf(await handle.stat()) !== mode) return false
    }
    return true
  } finally {
    await handle.close()
    await folder.unlink(name)
  }
}
