import { constants } from 'node:fs'
import { open, stat, type FileHandle } from 'node:fs/promises'
import { FleetError } from '../fleet-error.ts'
import { isErrno } from './disk-error.ts'

const known: Partial<typeof constants> = constants

export const { O_CREAT, O_EXCL, O_RDONLY, O_WRONLY } = constants
/** 0 on Windows, which does not have these flags. */
export const { O_DIRECTORY = 0, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = known

/** Identifies a folder or file, whatever its path. */
export interface Identity {
  readonly dev: bigint
  readonly ino: bigint
}

export function isSame(left: Identity, right: Identity): boolean {
  return left.dev === right.dev && left.ino === right.ino
}

/** Opens a real folder; rejects a link to one, and anything else. */
export async function openFolder(at: string, path: string): Promise<FileHandle> {
  try {
    return await open(at, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  } catch (error) {
    throw isErrno(error, 'ELOOP', 'ENOTDIR', 'EMLINK') ? notAFolder(path) : error
  }
}

export function notAFolder(path: string): FleetError {
  return new FleetError('TARGET_UNSAFE', { path, detail: 'not a real folder' })
}

/** Whether open folders can be used as paths: not so in a chroot without `/proc`. */
export async function hasDescriptorPaths(): Promise<boolean> {
  const handle = await open('/', O_RDONLY | O_DIRECTORY)
  try {
    const [direct, byDescriptor] = await Promise.all([stat('/'), stat(`/proc/self/fd/${handle.fd}/.`)])
    return direct.dev === byDescriptor.dev && direct.ino === byDescriptor.ino
  } catch {
    return false
  } finally {
    await handle.close()
  }
}
