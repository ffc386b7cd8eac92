import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FleetError } from '../fleet-error.ts'
import type { ArchiveFile } from '../zip/archive.ts'
import { readEntryName } from '../zip/entry-name.ts'
import { createNameRegister } from '../zip/unique-names.ts'
import type { AgentBundle } from './agent-bundle.ts'
import { assembleBundle } from './read-bundle.ts'

/**
 * Reads the agent in a folder on disk, under the same rules for names and kinds as an archive.
 *
 * @throws FleetError `ENTRY_KIND` for links and devices, `NAME_…` and `PATH_…` for names no bundle may hold, and those of
 * the bundle layer
 * @example
 * const bundle = await readFolder('agents/researcher')
 */
export async function readFolder(folder: string): Promise<AgentBundle> {
  const files: ArchiveFile[] = []
  await collect(folder, '', files)
  const names = createNameRegister(Number.POSITIVE_INFINITY)
  for (const { path } of files) names.add(readEntryName(Buffer.from(path, 'utf8'), true, true), false)
  return assembleBundle(files)
}

async function collect(folder: string, prefix: string, files: ArchiveFile[]): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = prefix + entry.name
    if (entry.isDirectory()) await collect(join(folder, entry.name), `${path}/`, files)
    else if (entry.isFile()) files.push({ path, bytes: await readFile(join(folder, entry.name)) })
    else throw new FleetError('ENTRY_KIND', { path })
  }
}
