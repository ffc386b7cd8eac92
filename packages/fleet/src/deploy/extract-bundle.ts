import { basename, dirname, join, resolve } from 'node:path'
import type { AgentBundle } from '../bundle/agent-bundle.ts'
import { FleetError } from '../fleet-error.ts'
import { isErrno, withDiskErrors } from './disk-error.ts'
import { Folder } from './folder.ts'
import { placeTree } from './place-tree.ts'
import { planBundle, toRecords } from './plan.ts'
import { realPorts, type Ports } from './ports.ts'
import { createToken, isToken, judgeToken } from './process-token.ts'
import { removeTree } from './remove-tree.ts'

const temporaryPrefix = '.sallyport-'

/**
 * Writes the files of a bundle to a new folder, exactly as the runtime `fleet-deepagents-export` reads them.
 *
 * They are written to a temporary folder beside the target, each created exclusively with mode 0644 (folders 0755, whatever
 * the archive or the umask says) and flushed; then that folder gets its name in one step. So the target is either not there
 * or complete. What killed extractions left beside it is removed by the next one.
 *
 * @param folder must not exist; the folder above it must, and not be a symbolic link itself
 * @returns the absolute path of the new folder
 * @throws FleetError `TARGET_EXISTS`, `TARGET_UNSAFE` when something in the way is not what it must be or changed meanwhile,
 * `BUNDLE_ALTERED` when the bundle is not what was read, `DISK_ERROR`
 * @example
 * const bundle = await readBundle(archive)
 * await extractBundle(bundle, 'my-agent/fleet')
 */
export async function extractBundle(bundle: AgentBundle, folder: string): Promise<string> {
  return extractThrough(bundle, folder, realPorts)
}

export async function extractThrough(bundle: AgentBundle, folder: string, ports: Ports): Promise<string> {
  toRecords(bundle)
  const plan = planBundle(bundle)
  const full = resolve(folder)
  const name = basename(full)
  if (name === '') throw new FleetError('TARGET_EXISTS', { path: full })
  return withDiskErrors(full, async () => {
    const parent = await openParent(full, ports)
    try {
      await removeStale(parent)
      await placeTree(parent, { name, temporary: temporaryPrefix + (await createToken()), plan }, ports)
      return join(parent.path, name)
    } finally {
      await parent.close()
    }
  })
}

async function openParent(full: string, ports: Ports): Promise<Folder> {
  try {
    return await Folder.openRoot(dirname(full), { create: false, anchored: ports.anchored })
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error
    throw new FleetError('TARGET_UNSAFE', { path: dirname(full), detail: 'there is no such folder', cause: error })
  }
}

/** Removes the temporary folders of processes known to be dead; others may be at work here without a lock. */
async function removeStale(parent: Folder): Promise<void> {
  for (const name of await parent.names()) {
    const token = name.slice(temporaryPrefix.length)
    if (!name.startsWith(temporaryPrefix) || !isToken(token) || (await judgeToken(token)) !== 'dead') continue
    const seen = await parent.stat(name)
    // In a folder that others may write to, somebody may have made one of that name to have its content removed.
    if (seen === undefined || (process.geteuid !== undefined && Number(seen.uid) !== process.geteuid())) continue
    // In the way of nobody; the next extraction tries again.
    await removeTree(parent, name).catch(() => undefined)
  }
}
