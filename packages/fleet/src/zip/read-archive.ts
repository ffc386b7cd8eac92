import type { BundleLimits } from '../bundle/limits.ts'
import { FleetError } from '../fleet-error.ts'
import type { ArchiveContent } from './archive.ts'
import { viewBytes } from './byte-view.ts'
import { checkSizes } from './check-sizes.ts'
import { readDirectory } from './directory.ts'
import { readDirectoryPlace } from './end-record.ts'
import { inflateEntries } from './inflate-entries.ts'
import { locateEntries } from './locate-entries.ts'
import type { Slicer } from './slicer.ts'

/**
 * Reads a ZIP archive completely and unambiguously, or refuses it whole: every byte is accounted for, once, and no file is
 * handed out before the last one was checked (`docs/bundles.md`, rules 1 to 19).
 *
 * @throws FleetError with the code of the rule that was broken
 */
export async function readArchive(bytes: Buffer, limits: BundleLimits, slicer: Slicer): Promise<ArchiveContent> {
  if (bytes.length > limits.maxArchiveBytes) throw new FleetError('ARCHIVE_TOO_LARGE')
  const view = viewBytes(bytes)
  const place = readDirectoryPlace(view)
  const records = await readDirectory(view, place, limits, slicer)
  const entries = await locateEntries(view, records, place.offset, slicer)
  checkSizes(records, bytes.length, limits)
  const directories = records.filter(({ isDirectory }) => isDirectory).map(({ path }) => path)
  return { files: await inflateEntries(view, entries, slicer), directories }
}
