import { join } from 'node:path'
import { FleetError } from '../fleet-error.ts'
import { checkTree } from './check-tree.ts'
import { isErrno } from '../disk/disk-error.ts'
import { createFile, folderMode } from '../disk/files.ts'
import type { Folder } from '../disk/folder.ts'
import { Places } from '../disk/places.ts'
import type { Plan, PlannedFile } from './plan.ts'
import { removeTree } from '../disk/remove-tree.ts'

// Flushes that wait together share one commit of the file system's journal.
const mostAtOnce = 16

/**
 * Writes a tree under a temporary name and renames it in one step, so that `name` is either missing or complete. The caller
 * flushes `parent`.
 *
 * Nothing at `name` is replaced. The rename itself fails on a file, a link and a folder with content; POSIX lets it replace
 * an *empty* folder, so that is checked just before. An empty folder made in the microseconds between is replaced: nothing is
 * lost, and nothing is mixed. Claiming the name first with an empty folder would close that gap, but readers would see that
 * empty folder, and a kill would leave it behind.
 */
export async function placeTree(
  parent: Folder,
  { name, temporary, plan }: { name: string; temporary: string; plan: Plan<PlannedFile> },
): Promise<void> {
  await refuseExisting(parent, name)
  // Only its owner can enter until it is complete.
  const folder = await parent.make(temporary, 0o700)
  try {
    await folder.step('made')
    await writeFolder(folder, plan, new Places(mostAtOnce))
    await folder.chmod(folderMode)
    await folder.sync()
    await folder.step('written')
    await refuseAltered(folder, plan)
    await parent.checkPlace()
    if (!(await parent.holds(temporary, folder))) throw swapped(folder.path)
    await refuseExisting(parent, name)
    await parent.step('checked', name)
    await renameNew(parent, temporary, name)
    if (!(await parent.holds(name, folder))) throw swapped(join(parent.path, name))
    await parent.step('renamed', name)
    await parent.checkPlace()
  } catch (error) {
    await discard(parent, temporary, folder)
    throw error
  } finally {
    await folder.close()
  }
}

/** Fills an empty folder; each file is created exclusively and flushed, a folder after its content. */
async function writeFolder(folder: Folder, plan: Plan<PlannedFile>, places: Places): Promise<void> {
  await places.each(plan.files, async ([name, file]) => {
    await folder.step('file', name)
    const written = await createFile(folder, name, file.bytes)
    if (written !== file.sha256) throw new FleetError('BUNDLE_ALTERED', { path: file.path })
  })
  await places.each(plan.folders, async ([name, below]) => {
    const child = await makeFolder(folder, name)
    try {
      await writeFolder(child, below, places)
    } finally {
      await child.close()
    }
  })
  await folder.sync()
}

async function makeFolder(parent: Folder, name: string): Promise<Folder> {
  try {
    return await parent.make(name, folderMode)
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error
    throw new FleetError('TARGET_UNSAFE', { path: join(parent.path, name), detail: 'something else has this name' })
  }
}

async function refuseExisting(parent: Folder, name: string): Promise<void> {
  const seen = await parent.stat(name)
  if (seen === undefined) return
  const path = join(parent.path, name)
  if (seen.isDirectory()) throw new FleetError('TARGET_EXISTS', { path })
  throw new FleetError('TARGET_UNSAFE', { path, detail: seen.isSymbolicLink() ? 'a symbolic link' : 'a file' })
}

/** Reads the written files back: another process that may write here could have planted or swapped files. */
async function refuseAltered(folder: Folder, plan: Plan<PlannedFile>): Promise<void> {
  const [problem] = await checkTree(folder, plan, folder)
  if (problem === undefined) return
  throw new FleetError('TARGET_UNSAFE', {
    path: join(folder.path, problem.path),
    detail: 'changed while it was written',
  })
}

async function renameNew(parent: Folder, temporary: string, name: string): Promise<void> {
  try {
    await parent.rename(temporary, name)
  } catch (error) {
    // Reports what is there now, if that is why.
    if (!isErrno(error, 'ENOENT')) await refuseExisting(parent, name)
    throw isErrno(error, 'ENOENT') ? swapped(join(parent.path, temporary)) : error
  }
}

async function discard(parent: Folder, temporary: string, folder: Folder): Promise<void> {
  try {
    // Only the folder made here, never one put in its place.
    if (await parent.holds(temporary, folder)) await removeTree(parent, temporary)
  } catch {
    // Report the failure that led here; the next run removes what is left.
  }
}

function swapped(path: string): FleetError {
  return new FleetError('TARGET_UNSAFE', { path, detail: 'the folder was replaced while it was written' })
}
