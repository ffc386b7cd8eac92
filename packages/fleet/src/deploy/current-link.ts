import { readlink, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { FleetError } from '../fleet-error.ts'
import { isErrno } from './disk-error.ts'
import { createFile, readSmallFile, replaceEntry, toTemporaryName } from './files.ts'
import type { Folder } from './folder.ts'
import type { Ports } from './ports.ts'

export const currentName = 'current'
export const releasesName = 'releases'

const prefix = `${releasesName}/`

/**
 * The digest `current` points to; `undefined` when there is none. Both forms are read: a relative link, and a file with the
 * path in it.
 *
 * @throws FleetError `TARGET_UNSAFE` when it is something else, or leads elsewhere
 */
export async function readCurrent(folder: Folder): Promise<string | undefined> {
  const target = await readTarget(folder)
  if (target === undefined) return undefined
  const [, digest] = /^releases\/([0-9a-f]{64})$/.exec(target) ?? []
  if (digest === undefined) throw unsafe(folder, 'leads elsewhere than to a release')
  return digest
}

async function readTarget(folder: Folder): Promise<string | undefined> {
  const seen = await folder.stat(currentName)
  if (seen === undefined) return undefined
  if (!seen.isSymbolicLink()) return (await readSmallFile(folder, currentName, 200))?.trimEnd()
  try {
    return await readlink(await folder.at(currentName))
  } catch (error) {
    // A switch from one form to the other, or a removal, between the two looks.
    if (isErrno(error, 'ENOENT', 'EINVAL')) return undefined
    throw error
  }
}

/**
 * Makes `current` point to a release, in one step: whoever looks sees the old one or the new one.
 *
 * @param check called just before; throws when it must not happen
 */
export async function switchCurrent(
  folder: Folder,
  digest: string,
  check: () => Promise<unknown>,
  ports: Ports,
): Promise<void> {
  const temporary = toTemporaryName()
  try {
    if (ports.pointer === 'link') await symlink(prefix + digest, await folder.at(temporary))
    else await createFile(folder, temporary, Buffer.from(`${prefix}${digest}\n`))
    await ports.step('linked', join(folder.path, temporary))
    await check()
    await replaceEntry(folder, temporary, currentName)
  } catch (error) {
    await folder.unlink(temporary).catch(() => undefined)
    throw error
  }
  if ((await readCurrent(folder)) !== digest) throw unsafe(folder, 'changed while it was switched')
  await ports.step('switched', join(folder.path, currentName))
  await folder.sync()
}

function unsafe(folder: Folder, detail: string): FleetError {
  return new FleetError('TARGET_UNSAFE', { path: join(folder.path, currentName), detail })
}
