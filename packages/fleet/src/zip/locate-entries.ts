import type { Reading } from '../bundle/reading.ts'
import { FleetError } from '../fleet-error.ts'
import {
  flag,
  method,
  newestVersion,
  saturated,
  signature,
  type DirectoryRecord,
  type LocatedEntry,
} from './archive.ts'
import type { ByteView } from './byte-view.ts'
import { readExtraField, widen, type ExtraField } from './extra-field.ts'

const headerSize = 30

/**
 * Finds the data of every entry and accounts for every byte before the directory, once (rules 2 and 15 to 17): local
 * headers repeat the directory, entries tile the file without gap or overlap.
 */
export async function locateEntries(
  view: ByteView,
  records: readonly DirectoryRecord[],
  directoryOffset: number,
  reading: Reading,
): Promise<LocatedEntry[]> {
  const ordered = records.toSorted((left, right) => left.localOffset - right.localOffset)
  // Without entries the directory itself must come first.
  if ((ordered[0]?.localOffset ?? directoryOffset) !== 0) throw new FleetError('PREFIX_BYTES')
  const located: LocatedEntry[] = []
  for (let index = 0; index < ordered.length; index++) {
    const record = ordered[index]!
    const end = ordered[index + 1]?.localOffset ?? directoryOffset
    try {
      located.push({ record, dataStart: locate(view, record, end) })
    } catch (error) {
      if (!FleetError.is(error) || error.path !== undefined) throw error
      throw new FleetError(error.code, { path: record.path, cause: error })
    }
    if (reading.isOver(index)) await reading.pause()
    const { flags, method: coding, compressedSize, path } = record
    if (flags & flag.descriptor && coding === method.stored) {
      const start = located.at(-1)!.dataStart
      await checkStreamable(view.bytes.subarray(start, start + compressedSize), path, reading)
    }
  }
  return located
}

function locate(view: ByteView, record: DirectoryRecord, end: number): number {
  const at = record.localOffset
  // Ordered by offset, so only the last can lie beyond the end, which is the directory then.
  if (at > end) throw new FleetError('LOCAL_HEADER_INVALID')
  if (at + headerSize > end) throw new FleetError('ENTRIES_OVERLAP')
  if (view.u32(at) !== signature.localHeader) throw new FleetError('LOCAL_HEADER_INVALID')
  const extraStart = at + headerSize + view.u16(at + 26)
  const dataStart = extraStart + view.u16(at + 28)
  const dataEnd = dataStart + record.compressedSize
  const { zip64 } = checkLocalHeader(view, record, extraStart, dataStart, end)
  if (dataEnd > end) throw new FleetError('ENTRIES_OVERLAP')
  if (record.flags & flag.descriptor) checkDescriptor(view, record, zip64?.length, dataEnd, end)
  else if (dataEnd !== end) throw new FleetError('HIDDEN_DATA')
  return dataStart
}

function checkLocalHeader(
  view: ByteView,
  record: DirectoryRecord,
  extraStart: number,
  dataStart: number,
  end: number,
): ExtraField {
  const at = record.localOffset
  const nameStart = at + headerSize
  const nameLength = extraStart - nameStart
  if (nameLength !== record.nameLength || !hasSameBytes(view.bytes, nameStart, record.nameStart, nameLength))
    throw mismatch(record, 'name')
  if (dataStart > end) throw new FleetError('ENTRIES_OVERLAP')
  if (view.u16(at + 8) !== record.method) throw mismatch(record, 'method')
  // Without deflate, 7-Zip compares the bits of its level too.
  const mayDiffer = record.method === method.deflate ? flag.deflateLevel : 0
  if ((view.u16(at + 6) ^ record.flags) & ~mayDiffer) throw mismatch(record, 'flags')
  // Honest writers give ZIP64 entries two versions, one before they know the size.
  if (view.u16(at + 4) > newestVersion) throw new FleetError('VERSION_UNSUPPORTED', { path: record.path })
  const extra = readExtraField(view, extraStart, dataStart - extraStart, nameStart, nameLength)
  const local = widen(view, { compressedSize: view.u32(at + 18), size: view.u32(at + 22) }, extra)
  const mayBeZero = (record.flags & flag.descriptor) !== 0
  if (!equalsOrZero(view.u32(at + 14), record.crc, mayBeZero)) throw mismatch(record, 'CRC')
  if (!equalsOrZero(local.compressedSize, record.compressedSize, mayBeZero)) throw mismatch(record, 'compressed size')
  if (!equalsOrZero(local.size, record.size, mayBeZero)) throw mismatch(record, 'size')
  return extra
}

// If a header lies about its length, the name may lie beyond the file; there no byte is equal.
function hasSameBytes(bytes: Buffer, left: number, right: number, length: number): boolean {
  for (let index = 0; index < length; index++) if (bytes[left + index] !== bytes[right + index]) return false
  return true
}

function equalsOrZero(value: number, expected: number, mayBeZero: boolean): boolean {
  return value === expected || (mayBeZero && value === 0)
}

function mismatch({ path }: DirectoryRecord, what: string): FleetError {
  return new FleetError('LOCAL_HEADER_MISMATCH', { path, detail: what })
}

const bothSizes = 16

// With or without signature, with sizes of 32 or 64 bits: its length up to the next entry tells which. A streaming parser goes by
// the ZIP64 record of the local header instead (APPNOTE 4.3.9.2), so the two must agree; an incomplete record tells nothing.
function checkDescriptor(
  view: ByteView,
  record: DirectoryRecord,
  zip64Length: number | undefined,
  at: number,
  end: number,
): void {
  const length = end - at
  const hasSignature = length === 16 || length === 24
  const isWide = length === 20 || length === 24
  if (length > 24) throw new FleetError('HIDDEN_DATA')
  if (!hasSignature && length !== 12 && length !== 20) throw new FleetError('DATA_DESCRIPTOR_INVALID')
  if (isWide ? zip64Length !== bothSizes : zip64Length !== undefined)
    throw new FleetError('DATA_DESCRIPTOR_INVALID', { detail: 'its width differs from the local header' })
  const start = hasSignature ? at + 4 : at
  const first = view.u32(at)
  // A CRC that equals the signature, with no signature before it, would be read as one.
  if ((first === signature.dataDescriptor) !== hasSignature) throw new FleetError('DATA_DESCRIPTOR_INVALID')
  const compressedSize = isWide ? view.u64(start + 4) : view.u32(start + 4)
  const size = isWide ? view.u64(start + 12) : view.u32(start + 8)
  const agrees = view.u32(start) === record.crc && compressedSize === record.compressedSize && size === record.size
  if (!agrees || size === saturated.size) throw new FleetError('DATA_DESCRIPTOR_INVALID')
}

const signatures = [
  [0x03, 0x04],
  [0x01, 0x02],
  [0x05, 0x06],
  [0x06, 0x06],
  [0x06, 0x07],
  [0x07, 0x08],
] as const
const pieceBytes = 256 * 1024

// A streaming parser cannot know where stored data with a descriptor ends: it searches for the next signature.
async function checkStreamable(data: Buffer, path: string, reading: Reading): Promise<void> {
  for (let start = 0; start < data.length; start += pieceBytes) {
    // A signature may begin in this piece and end in the next.
    const piece = data.subarray(start, start + pieceBytes + 3)
    for (const [third, fourth] of signatures) {
      if (piece.includes(Buffer.of(0x50, 0x4b, third, fourth)))
        throw new FleetError('STORED_DESCRIPTOR_AMBIGUOUS', { path })
    }
    if (reading.isLate()) await reading.pause()
  }
}
