import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { FleetError } from '../fleet-error.ts'
import type { ArchiveFile } from '../zip/archive.ts'
import { readEntryName } from '../zip/entry-name.ts'
import { createNameRegister } from '../zip/unique-names.ts'
import type { AgentBundle } from './agent-bundle.ts'
import type { AllLimits, BundleLimits } from './limits.ts'
import { assembleBundle } from './read-bundle.ts'
import { createReading } from './reading.ts'

/**
 * Reads the agent in a folder on disk. The rules for names, kinds and sizes are those of an archive. Sizes are added up before
 * anything is read, so a wrong folder does not fill the memory.
 *
 * @param folder path of the folder
 * @param limits limits in bytes; those of the archive and its expansion do not apply here
 * @param kind `skill` for a release of a skill that was pulled by itself: it has no `AGENTS.md`. @default 'agent'
 * @throws FleetError `ENTRY_KIND` for links and devices, `NAME_…` and `PATH_…` for invalid names, `TOO_MANY_ENTRIES`,
 * `FILE_TOO_LARGE` and `TOTAL_TOO_LARGE`, and the codes of rule 20
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
  const { files: paths, directories } = await listFolder(folder, reading.limits)
  const files: ArchiveFile[] = []
  let total = 0
  for (const path of paths) {
    const bytes = await readFile(join(folder, path))
    total += bytes.length
    // It may have grown since it was measured.
    checkSize(path, bytes.length, total, reading.limits)
    files.push({ path, bytes, crc: crc32(bytes) })
  }
  return assembleBundle(files, directories, reading, kind)
}

interface Listing {
  readonly files: string[]
  readonly directories: string[]
}

async function listFolder(folder: string, limits: AllLimits): Promise<Listing> {
  const names = createNameRegister(limits.maxEntries)
  const listing: Listing = { files: [], directories: [] }
  const pending = ['']
  let total = 0
  for (let inside = pending.pop(); inside !== undefined; inside = pending.pop()) {
    // As bytes: a name that is not UTF-8 would come out as another name, of no file.
    for (const entry of await readdir(join(folder, inside), { withFileTypes: true, encoding: 'buffer' })) {
      const path = inside + entry.name.toString('utf8')
      if (!entry.isDirectory() && !entry.isFile()) throw new FleetError('ENTRY_KIND', { path })
      names.add(readEntryName(Buffer.concat([Buffer.from(inside), entry.name]), true, true), entry.isDirectory())
      if (entry.isDirectory()) {
        listing.directories.push(path)
        pending.push(`${path}/`)
        continue
      }
      const { size } = await lstat(join(folder, path))
      total += size
      checkSize(path, size, total, limits)
      listing.files.push(path)
    }
  }
  return listing
}

function checkSize(path: string, size: number, total: number, limits: AllLimits): void {
  if (size > limits.maxFileBytes) throw new FleetError('FILE_TOO_LARGE', { path })
  if (total > limits.maxTotalBytes) throw new FleetError('TOTAL_TOO_LARGE')
}
