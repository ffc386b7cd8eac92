import { readlink, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { FleetError } from '../fleet-error.ts'
import { isErrno } from '../disk/disk-error.ts'
import { createFile, readSmallFile, replaceEntry, toTemporaryName } from '../disk/files.ts'
import type { Folder } from '../disk/folder.ts'

const currentName = 'current'
export const releasesName = 'releases'

const prefix = `${releasesName}/`

/**
 * The digest `current` points to; `undefined` when there is none. Reads both forms: a relative link, and a file with the path
 * in it.
 *
 * @throws FleetError `TARGET_UNSAFE` when it is something else or points elsewhere
 */
export async function readCurrent(folder: Folder): Promise<string | undefined> {
  const target = await readTarget(folder)
  if (target === undefined) return undefined
  const [, digest] = /^releases\/([0-9a-f]{64})$/.exec(target) ?? []
  if (digest === undefined) throw unsafe(folder, 'points to something other than a release')
  return digest
}

async function readTarget(folder: Folder): Promise<string | undefined> {
  const seen = await folder.stat(currentName)
  if (seen === undefined) return undefined
  if (!seen.isSymbolicLink()) return (await readSmallFile(folder, currentName, 200))?.trimEnd()
  try {
    return await readlink(await folder.at(currentName))
  } catch (error) {
    // Between the two looks it was removed, or switched to the other form.
    if (isErrno(error, 'ENOENT', 'EINVAL')) return undefined
    throw error
  }
}

/**
 * Makes `current` point to a release, in one step: a reader sees the old one or the new one.
 *
 * @param check called just before; throws to stop the switch
 * @returns why the switch could not be flushed, as `EIO`. It is made: a failure would say the opposite
 */
export async function switchCurrent(
  folder: Folder,
  digest: string,
  check: () => Promise<unknown>,
): Promise<string | undefined> {
  const temporary = toTemporaryName()
  try {
    if (folder.ports.pointer === 'link') await symlink(prefix + digest, await folder.at(temporary))
    else await createFile(folder, temporary, Buffer.from(`${prefix}${digest}\n`))
    await folder.step('linked', temporary)
    await check()
    await replaceEntry(folder, temporary, currentName)
  } catch (error) {
    await folder.unlink(temporary).catch(() => undefined)
    throw error
  }
  if ((await readCurrent(folder)) !== digest) throw unsafe(folder, 'changed while it was switched')
  await folder.step('switched', currentName)
  return folder.syncMade()
}

function unsafe(folder: Folder, detail: string): FleetError {
  return new FleetError('TARGET_UNSAFE', { path: join(folder.path, currentName), detail })
}
