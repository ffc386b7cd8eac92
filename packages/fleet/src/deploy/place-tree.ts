import { join } from 'node:path'
import { FleetError } from '../fleet-error.ts'
import { checkTree } from './check-tree.ts'
import { isErrno } from './disk-error.ts'
import { folderMode } from './files.ts'
import type { Folder } from './folder.ts'
import type { Plan, PlannedFile } from './plan.ts'
import type { Ports } from './ports.ts'
import { removeTree } from './remove-tree.ts'
import { writeTree } from './write-tree.ts'

/**
 * Writes a tree under a temporary name and gives it its own in one step, so that `name` is either not there or complete.
 *
 * Nothing that stands at `name` is replaced. The rename itself fails on a file, a link and a folder with content; POSIX lets
 * it take the place of an *empty* folder, so that is looked for just before. An empty folder made in the microseconds
 * between is replaced: nothing is lost by it, and nothing is mixed. Claiming the name first with an empty folder of our own
 * would close that gap, at the price of showing that empty folder, and leaving it behind when killed.
 */
export async function placeTree(
  parent: Folder,
  { name, temporary, plan }: { name: string; temporary: string; plan: Plan<PlannedFile> },
  ports: Ports,
): Promise<void> {
  await refuseExisting(parent, name)
  // Only its owner can enter until it is complete.
  const folder = await parent.make(temporary, 0o700)
  try {
    await ports.step('made', folder.path)
    await writeTree(folder, plan, ports)
    await folder.chmod(folderMode)
    await folder.sync()
    await ports.step('written', folder.path)
    await refuseAltered(folder, plan)
    await parent.checkPlace()
    if (!(await parent.holds(temporary, folder))) throw swapped(folder.path)
    await refuseExisting(parent, name)
    await ports.step('checked', join(parent.path, name))
    await renameNew(parent, temporary, name)
    if (!(await parent.holds(name, folder))) throw swapped(join(parent.path, name))
    await ports.step('renamed', join(parent.path, name))
    await parent.checkPlace()
    await parent.sync()
  } catch (error) {
    await discard(parent, temporary, folder)
    throw error
  } finally {
    await folder.close()
  }
}

async function refuseExisting(parent: Folder, name: string): Promise<void> {
  const seen = await parent.stat(name)
  if (seen === undefined) return
  const path = join(parent.path, name)
  if (seen.isDirectory()) throw new FleetError('TARGET_EXISTS', { path })
  throw new FleetError('TARGET_UNSAFE', { path, detail: seen.isSymbolicLink() ? 'a symbolic link' : 'a file' })
}

/** Reads back what was written: whoever may write here could plant or swap files meanwhile. */
async function refuseAltered(folder: Folder, plan: Plan<PlannedFile>): Promise<void> {
  const [problem] = await checkTree(folder, plan)
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
    // Says what stands there now, if that is why.
    if (!isErrno(error, 'ENOENT')) await refuseExisting(parent, name)
    throw isErrno(error, 'ENOENT') ? swapped(join(parent.path, temporary)) : error
  }
}

async function discard(parent: Folder, temporary: string, folder: Folder): Promise<void> {
  try {
    // What somebody else put there is not ours to remove.
    if (await parent.holds(temporary, folder)) await removeTree(parent, temporary)
  } catch {
    // The failure that led here is the one to report; what is left is removed by the next run.
  }
}

function swapped(path: string): FleetError {
  return new FleetError('TARGET_UNSAFE', { path, detail: 'the folder was replaced while it was written' })
}
