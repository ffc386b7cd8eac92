import { basename, dirname, join, resolve } from 'node:path'
import type { AgentBundle } from '../bundle/agent-bundle.ts'
import { FleetError } from '../fleet-error.ts'
import { isErrno, withDiskErrors } from '../disk/disk-error.ts'
import { Folder } from '../disk/folder.ts'
import { placeTree } from './place-tree.ts'
import { planBundle, toRecords } from './plan.ts'
import { createToken, isToken, judgeToken } from './process-token.ts'
import { removeTree } from '../disk/remove-tree.ts'

const temporaryPrefix = '.sallyport-'

/** An extracted bundle. */
export interface Extracted {
  /** Absolute path of the new folder. */
  readonly path: string
  /** Why the new folder's name could not be flushed, as `EIO`. It is there, but a power failure may undo it. */
  readonly unsynced?: string | undefined
}

/**
 * Writes the files of a bundle to a new folder, exactly as the runtime `fleet-deepagents-export` reads them.
 *
 * The files go to a temporary folder beside the target. Each is created exclusively with mode 0644 (folders 0755, whatever
 * the archive or the umask says) and flushed. Then that folder is renamed in one step, so the target is either missing or
 * complete. An extraction removes what killed extractions left behind.
 *
 * @param folder must not exist; its parent must exist and must not itself be a symbolic link
 * @throws FleetError `TARGET_EXISTS`, `TARGET_UNSAFE` when a path is not the file or folder it must be, or changed meanwhile,
 * `BUNDLE_ALTERED` when the bundle changed after it was read, `DISK_ERROR`
 * @example
 * const bundle = await readBundle(archive)
 * const { path } = await extractBundle(bundle, 'my-agent/fleet')
 */
export async function extractBundle(bundle: AgentBundle, folder: string): Promise<Extracted> {
  toRecords(bundle)
  const plan = planBundle(bundle)
  const full = resolve(folder)
  const name = basename(full)
  if (name === '') throw new FleetError('TARGET_EXISTS', { path: full })
  return withDiskErrors(full, async () => {
    const parent = await openParent(full)
    try {
      await removeStale(parent)
      await placeTree(parent, { name, temporary: temporaryPrefix + (await createToken()), plan })
      return { path: join(parent.path, name), unsynced: await parent.syncMade() }
    } finally {
      await parent.close()
    }
  })
}

async function openParent(full: string): Promise<Folder> {
  try {
    return await Folder.openRoot(dirname(full), { create: false })
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error
    throw new FleetError('TARGET_UNSAFE', { path: dirname(full), detail: 'there is no such folder', cause: error })
  }
}

/** Removes temporary folders of dead processes; live ones may be working here, as there is no lock. */
async function removeStale(parent: Folder): Promise<void> {
  for (const name of await parent.names()) {
    const token = name.slice(temporaryPrefix.length)
    if (!name.startsWith(temporaryPrefix) || !isToken(token) || (await judgeToken(token)) !== 'dead') continue
    const seen = await parent.stat(name)
    // In a folder that others can write to, an attacker may have made one of that name to have its content removed.
    if (seen === undefined || (process.geteuid !== undefined && Number(seen.uid) !== process.geteuid())) continue
    // It does no harm; the next extraction tries again.
    await removeTree(parent, name).catch(() => undefined)
  }
}
