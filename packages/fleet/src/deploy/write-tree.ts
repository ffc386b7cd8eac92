import { join } from 'node:path'
import { FleetError } from '../fleet-error.ts'
import { isErrno } from './disk-error.ts'
import { createFile, folderMode } from './files.ts'
import type { Folder } from './folder.ts'
import { Places } from './places.ts'
import type { Plan, PlannedFile } from './plan.ts'
import type { Ports } from './ports.ts'

// Flushes that wait together share one commit of the file system's journal.
const mostAtOnce = 16

/** Writes files and folders into an empty folder; each is created exclusively and flushed, a folder after its content. */
export async function writeTree(folder: Folder, plan: Plan<PlannedFile>, ports: Ports): Promise<void> {
  await writeFolder(folder, plan, ports, new Places(mostAtOnce))
}

async function writeFolder(folder: Folder, plan: Plan<PlannedFile>, ports: Ports, places: Places): Promise<void> {
  await places.each(plan.files, async ([name, file]) => {
    await ports.step('file', join(folder.path, name))
    const written = await createFile(folder, name, file.bytes)
    if (written !== file.sha256) throw new FleetError('BUNDLE_ALTERED', { path: file.path })
  })
  await places.each(plan.folders, async ([name, below]) => {
    const child = await makeFolder(folder, name)
    try {
      await writeFolder(child, below, ports, places)
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
    throw new FleetError('TARGET_UNSAFE', { path: join(parent.path, name), detail: 'something else stands there' })
  }
}
