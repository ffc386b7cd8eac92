import type { BundleLimits } from '../bundle/limits.ts'
import { FleetError } from '../fleet-error.ts'
import { method, type DirectoryRecord } from './archive.ts'

/** Judges declared sizes before anything is decompressed (rules 18 and 19). */
export function checkSizes(records: readonly DirectoryRecord[], archiveBytes: number, limits: BundleLimits): void {
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

// Deflate cannot expand by more than 1,032 to 1; and what is much larger than its content burns time to produce nothing.
function isPlausible({ method: coding, size, compressedSize }: DirectoryRecord): boolean {
  if (coding === method.stored) return size === compressedSize
  return size <= 1032 * compressedSize && compressedSize <= 2 * size + 1024
}
