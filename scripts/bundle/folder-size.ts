import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { FleetError, type BundleLimits } from '@sallyport/fleet'

/**
 * Adds up a folder before anything in it is read, so that one named by mistake does not fill the memory.
 *
 * @throws FleetError `TOO_MANY_ENTRIES`, `FILE_TOO_LARGE` or `TOTAL_TOO_LARGE`, as for an archive
 */
export async function checkFolderSize(folder: string, limits: BundleLimits): Promise<void> {
  const pending = ['']
  let entries = 0
  let total = 0
  for (let inside = pending.pop(); inside !== undefined; inside = pending.pop()) {
    for (const entry of await readdir(join(folder, inside), { withFileTypes: true })) {
      const path = inside + entry.name
      entries += 1
      if (entries > limits.maxEntries) throw new FleetError('TOO_MANY_ENTRIES')
      if (entry.isDirectory()) pending.push(`${path}/`)
      if (!entry.isFile()) continue
      const { size } = await lstat(join(folder, path))
      total += size
      if (size > limits.maxFileBytes) throw new FleetError('FILE_TOO_LARGE', { path })
      if (total > limits.maxTotalBytes) throw new FleetError('TOTAL_TOO_LARGE')
    }
  }
}
