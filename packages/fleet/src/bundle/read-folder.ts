import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { openFile, readOpened } from '../disk/files.ts'
import { Folder } from '../disk/folder.ts'
import { FleetError } from '../fleet-error.ts'
import type { ArchiveFile } from '../zip/archive.ts'
import { readEntryName } from '../zip/entry-name.ts'
import { createNameRegister, type NameRegister } from '../zip/unique-names.ts'
import type { AgentBundle } from './agent-bundle.ts'
import type { AllLimits, BundleLimits } from './limits.ts'
import { assembleBundle } from './read-bundle.ts'
import { createReading, type Reading } from './reading.ts'

/**
 * Reads the agent in a folder on disk. The rules for names, kinds and sizes are those of an archive. Sizes are added up before
 * anything is read, so a wrong folder does not fill the memory.
 *
 * No link is followed below the folder, even one that is put there meanwhile: what is read was in the folder when it was
 * opened (see "On disk" in `docs/bundles.md`).
 *
 * @param folder path of the folder, or a link to it, such as `current` of a deployment
 * @param limits limits in bytes; those of the archive and its expansion do not apply here
 * @param kind `skill` for a release of a skill that was pulled by itself: it has no `AGENTS.md`. @default 'agent'
 * @throws FleetError `ENTRY_KIND` for links and devices, `TARGET_UNSAFE` when an entry was replaced while it was read,
 * `NAME_…` and `PATH_…` for invalid names, `TOO_MANY_ENTRIES`, `FILE_TOO_LARGE` and `TOTAL_TOO_LARGE`, and the codes of rule 20
 * @throws SallyportError `OPTION_INVALID` for a limit that is not a number
 * @example
 * const bundle = await readFolder('agents/researcher')
 */
export async function readFolder(
  folder: string,
  limits: BundleLimits = {},
  kind: 'agent' | 'skill' = 'agent',
): Promise<AgentBundle> {
  const reading = createReading(limits)
  const root = await Folder.openRoot(await realpath(folder), { create: false })
  try {
    return await readOpenFolder(root, reading, kind)
  } finally {
    await root.close()
  }
}

/** As `readFolder`, of a folder that is held open. */
export async function readOpenFolder(root: Folder, reading: Reading, kind: 'agent' | 'skill'): Promise<AgentBundle> {
  const listing = createListing(reading.limits)
  const tree = await listFolder(root, '', listing)
  const files: ArchiveFile[] = []
  await readTree(root, '', tree, files, reading.limits)
  return assembleBundle(files, listing.directories, reading, kind)
}

/** Names of files, and the folders below. */
interface Tree {
  readonly files: string[]
  readonly folders: Map<string, Tree>
}

interface Listing {
  readonly names: NameRegister
  readonly directories: string[]
  /** Counts the size of a file. */
  readonly measure: (path: string, size: number) => void
}

function createListing(limits: AllLimits): Listing {
  let total = 0
  return {
    names: createNameRegister(limits.maxEntries),
    directories: [],
    measure(path, size) {
      total += size
      if (size > limits.maxFileBytes) throw new FleetError('FILE_TOO_LARGE', { path })
      if (total > limits.maxTotalBytes) throw new FleetError('TOTAL_TOO_LARGE')
    },
  }
}

async function listFolder(folder: Folder, inside: string, listing: Listing): Promise<Tree> {
  const tree: Tree = { files: [], folders: new Map() }
  for (const entry of await folder.entries()) {
    const name = entry.name.toString('utf8')
    const path = inside + name
    if (!entry.isDirectory() && !entry.isFile()) throw new FleetError('ENTRY_KIND', { path })
    const bytes = Buffer.concat([Buffer.from(inside), entry.name])
    listing.names.add(readEntryName(bytes, true, true), entry.isDirectory())
    if (entry.isDirectory()) {
      listing.directories.push(path)
      tree.folders.set(name, await within(folder, name, async (child) => listFolder(child, `${path}/`, listing)))
      continue
    }
    tree.files.push(name)
    listing.measure(path, Number((await folder.stat(name))?.size ?? 0))
  }
  return tree
}

/** Reads the files of a tree. The bytes are counted again: a file may have grown since it was measured. */
async function readTree(
  folder: Folder,
  inside: string,
  tree: Tree,
  files: ArchiveFile[],
  limits: AllLimits,
  room = { left: limits.maxTotalBytes },
): Promise<void> {
  for (const name of tree.files) {
    const path = inside + name
    await folder.step('file', name)
    const bytes = await readBounded(folder, name, Math.min(limits.maxFileBytes, room.left))
    if (bytes === undefined)
      throw new FleetError(limits.maxFileBytes <= room.left ? 'FILE_TOO_LARGE' : 'TOTAL_TOO_LARGE', { path })
    room.left -= bytes.length
    files.push({ path, bytes, crc: crc32(bytes) })
  }
  for (const [name, below] of tree.folders)
    await within(folder, name, async (child) => readTree(child, `${inside}${name}/`, below, files, limits, room))
}

async function readBounded(folder: Folder, name: string, mostBytes: number): Promise<Buffer | undefined> {
  const opened = await openFile(folder, name)
  if (opened === undefined) throw gone(folder, name)
  try {
    return await readOpened(opened, mostBytes)
  } finally {
    await opened.handle.close()
  }
}

async function within<Result>(folder: Folder, name: string, work: (child: Folder) => Promise<Result>): Promise<Result> {
  const child = await folder.find(name)
  if (child === undefined) throw gone(folder, name)
  try {
    return await work(child)
  } finally {
    await child.close()
  }
}

function gone(folder: Folder, name: string): FleetError {
  return new FleetError('TARGET_UNSAFE', {
    path: join(folder.path, name),
    detail: 'removed or renamed while the folder was read',
  })
}
