import { FleetError } from '../fleet-error.ts'
import { newestVersion, saturated, signature } from './archive.ts'
import type { ByteView } from './byte-view.ts'

/** Place of the central directory, from the end records. */
export interface DirectoryPlace {
  readonly offset: number
  readonly size: number
  readonly entries: number
  /** Whether ZIP64 end records exist. */
  readonly isZip64: boolean
}

const endRecordSize = 22
const locatorSize = 20
const zip64RecordSize = 56
const longestComment = 0xffff
const longestAcceptedComment = 1024

/**
 * Finds the one end record and checks that the directory ends where the end records begin (APPNOTE 6.3.10, sections
 * 4.3.14 to 4.3.16; rules 2 to 5).
 */
export function readDirectoryPlace(view: ByteView): DirectoryPlace {
  if (view.length < endRecordSize) throw new FleetError('ARCHIVE_TOO_SMALL')
  const end = findEndRecord(view)
  const classic = {
    disk: view.u16(end + 4),
    directoryDisk: view.u16(end + 6),
    entriesHere: view.u16(end + 8),
    entries: view.u16(end + 10),
    size: view.u32(end + 12),
    offset: view.u32(end + 16),
  }
  const locator = end - locatorSize
  const hasLocator = locator >= 0 && view.u32(locator) === signature.zip64Locator
  const place = hasLocator ? readZip64(view, locator, classic) : readClassic(classic)
  const endsAt = hasLocator ? locator - zip64RecordSize : end
  if (place.offset + place.size !== endsAt) throw new FleetError('DIRECTORY_MISPLACED')
  return place
}

/** Readers search for the record from either end, so exactly one place may look like it. */
function findEndRecord(view: ByteView): number {
  const earliest = Math.max(0, view.length - endRecordSize - longestComment)
  const marker = Buffer.of(0x50, 0x4b, 0x05, 0x06)
  let exact = -1
  let last = -1
  for (let at = view.bytes.indexOf(marker, earliest); at >= 0; at = view.bytes.indexOf(marker, at + 1)) {
    last = at
    if (at + endRecordSize > view.length || at + endRecordSize + view.u16(at + 20) !== view.length) continue
    if (exact >= 0) throw new FleetError('END_RECORD_AMBIGUOUS')
    exact = at
  }
  if (exact < 0) throw new FleetError(isWhole(view, last) ? 'TRAILING_BYTES' : 'END_RECORD_MISSING')
  if (last > exact) throw new FleetError('END_RECORD_AMBIGUOUS')
  if (view.length - exact - endRecordSize > longestAcceptedComment) throw new FleetError('ARCHIVE_COMMENT_TOO_LONG')
  return exact
}

function isWhole(view: ByteView, at: number): boolean {
  return at >= 0 && at + endRecordSize <= view.length && at + endRecordSize + view.u16(at + 20) < view.length
}

interface ClassicFields {
  readonly disk: number
  readonly directoryDisk: number
  readonly entriesHere: number
  readonly entries: number
  readonly size: number
  readonly offset: number
}

function readClassic(fields: ClassicFields): DirectoryPlace {
  const counts = [fields.disk, fields.directoryDisk, fields.entriesHere, fields.entries]
  const isSaturated =
    counts.includes(saturated.count) || fields.size === saturated.size || fields.offset === saturated.size
  if (isSaturated) throw new FleetError('ZIP64_MISSING')
  if (fields.disk !== 0 || fields.directoryDisk !== 0) throw new FleetError('MULTI_DISK')
  if (fields.entriesHere !== fields.entries) throw new FleetError('ENTRY_COUNT_MISMATCH')
  return { offset: fields.offset, size: fields.size, entries: fields.entries, isZip64: false }
}

function readZip64(view: ByteView, locator: number, classic: ClassicFields): DirectoryPlace {
  const record = locator - zip64RecordSize
  const invalid = (detail: string): never => {
    throw new FleetError('ZIP64_INVALID', { detail })
  }
  if (record < 0 || view.u32(record) !== signature.zip64EndRecord) invalid('no record directly before the locator')
  if (view.u64(locator + 8) !== record) invalid('the locator points elsewhere')
  if (view.u64(record + 4) !== zip64RecordSize - 12) invalid('the record is not of the fixed size')
  if (view.u16(record + 14) > newestVersion) invalid('it needs a newer version than 4.5')
  if (view.u32(locator + 4) !== 0 || view.u32(locator + 16) !== 1) throw new FleetError('MULTI_DISK')
  const wide = {
    disk: view.u32(record + 16),
    directoryDisk: view.u32(record + 20),
    entriesHere: view.u64(record + 24),
    entries: view.u64(record + 32),
    size: view.u64(record + 40),
    offset: view.u64(record + 48),
  }
  if (wide.disk !== 0 || wide.directoryDisk !== 0) throw new FleetError('MULTI_DISK')
  if (wide.entriesHere !== wide.entries) throw new FleetError('ENTRY_COUNT_MISMATCH')
  for (const name of ['disk', 'directoryDisk', 'entriesHere', 'entries', 'size', 'offset'] as const) {
    const full = name === 'size' || name === 'offset' ? saturated.size : saturated.count
    if (classic[name] !== full && classic[name] !== wide[name])
      invalid(`the classic record contradicts it about ${name}`)
  }
  return { offset: wide.offset, size: wide.size, entries: wide.entries, isZip64: true }
}
