import type { AllLimits } from '../bundle/limits.ts'
import type { Reading } from '../bundle/reading.ts'
import { FleetError } from '../fleet-error.ts'
import { method, type ArchiveContent, type DirectoryRecord } from './archive.ts'
import { viewBytes } from './byte-view.ts'
import { readDirectory } from './directory.ts'
import { readDirectoryPlace } from './end-record.ts'
import { inflateEntries } from './inflate-entries.ts'
import { locateEntries } from './locate-entries.ts'

/**
 * Reads a ZIP archive completely and unambiguously, or rejects it whole: every byte is accounted for once, and no file is
 * returned before the last one is checked (`docs/bundles.md`, rules 1 to 19).
 *
 * @throws FleetError with the code of the broken rule
 */
export async function readArchive(bytes: Buffer, reading: Reading): Promise<ArchiveContent> {
  const { limits } = reading
  if (bytes.length > limits.maxArchiveBytes) throw new FleetError('ARCHIVE_TOO_LARGE')
  const view = viewBytes(bytes)
  const place = readDirectoryPlace(view)
  const records = await readDirectory(view, place, reading)
  const entries = await locateEntries(view, records, place.offset, reading)
  checkSizes(records, bytes.length, limits)
  const directories = records.filter(({ isDirectory }) => isDirectory).map(({ path }) => path)
  return { files: await inflateEntries(view, entries, reading), directories }
}

/** Checks declared sizes before anything is decompressed (rules 18 and 19). */
function checkSizes(records: readonly DirectoryRecord[], archiveBytes: number, limits: AllLimits): void {
  let total = 0
  for (const record of records) {
    const { path, size, compressedSize } = record
    if (size > limits.maxFileBytes) throw new FleetError('FILE_TOO_LARGE', { path })
    if (!isPlausible(record)) throw new FleetError('RATIO_IMPLAUSIBLE', { path })
    if (size > limits.ratioFreeBytes && size > compressedSize * limits.maxRatio)
      throw new FleetError('RATIO_TOO_HIGH', { path })
    total += size
    if (total > limits.maxTotalBytes) throw new FleetError('TOTAL_TOO_LARGE')
  }
  if (total > limits.ratioFreeBytes && total > archiveBytes * limits.maxRatio) throw new FleetError('RATIO_TOO_HIGH')
}

// Deflate expands at most 1,032 to 1. And data much larger than its content wastes time to produce nothing.
function isPlausible({ method: coding, size, compressedSize }: DirectoryRecord): boolean {
  if (coding === method.stored) return size === compressedSize
  return size <= 1032 * compressedSize && compressedSize <= 2 * size + 1024
}
