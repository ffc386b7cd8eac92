import type { Reading } from '../bundle/reading.ts'
import { FleetError } from '../fleet-error.ts'
import { flag, method, newestVersion, signature, type DirectoryRecord } from './archive.ts'
import type { ByteView } from './byte-view.ts'
import type { DirectoryPlace } from './end-record.ts'
import { readNameAt } from './entry-name.ts'
import { readExtraField, widen } from './extra-field.ts'
import { createNameRegister } from './unique-names.ts'

const recordSize = 46
// No honest agent has more directories per file.
const pathsPerEntry = 2
const allowedFlags = flag.deflateLevel | flag.descriptor | flag.utf8

/** Reads the central directory, record by record (rules 3, 5 to 14, 19). */
export async function readDirectory(
  view: ByteView,
  place: DirectoryPlace,
  reading: Reading,
): Promise<DirectoryRecord[]> {
  const { limits } = reading
  if (place.entries > limits.maxEntries) throw new FleetError('TOO_MANY_ENTRIES')
  const end = place.offset + place.size
  const names = createNameRegister(pathsPerEntry * limits.maxEntries)
  const records: DirectoryRecord[] = []
  let position = place.offset
  while (position < end) {
    if (records.length === place.entries) throw new FleetError('ENTRY_COUNT_MISMATCH')
    const { record, next } = readRecord(view, position, end, place.isZip64, limits.allowUnflaggedUtf8)
    names.add(record.path, record.isDirectory)
    records.push(record)
    position = next
    // Folding a name, and those of all folders above it, may make them many times as long.
    if (reading.isDue(32 * record.nameLength)) await reading.pause()
  }
  if (records.length !== place.entries) throw new FleetError('ENTRY_COUNT_MISMATCH')
  return records
}

function readRecord(
  view: ByteView,
  at: number,
  end: number,
  isZip64: boolean,
  allowUnflaggedUtf8: boolean,
): { record: DirectoryRecord; next: number } {
  if (at + recordSize > end || view.u32(at) !== signature.directoryRecord)
    throw new FleetError('DIRECTORY_RECORD_INVALID')
  const nameLength = view.u16(at + 28)
  const extraLength = view.u16(at + 30)
  const nameStart = at + recordSize
  const extraStart = nameStart + nameLength
  const next = extraStart + extraLength
  if (next > end) throw new FleetError('DIRECTORY_RECORD_INVALID')
  const flags = view.u16(at + 8)
  const isFlaggedUtf8 = (flags & flag.utf8) !== 0
  const name = readNameAt(view.bytes, nameStart, extraStart, isFlaggedUtf8, allowUnflaggedUtf8)
  try {
    if (view.u16(at + 32) !== 0) throw new FleetError('ENTRY_COMMENT')
    if (view.u16(at + 34) !== 0) throw new FleetError('MULTI_DISK')
    const entryMethod = view.u16(at + 10)
    checkCoding(flags, entryMethod, view.u16(at + 6))
    const isDirectory = readKind(name, view.bytes[at + 5]!, view.u32(at + 38))
    const extra = readExtraField(view, extraStart, extraLength, nameStart, nameLength)
    if (extra.zip64 && !isZip64)
      throw new FleetError('ZIP64_EXTRA_INVALID', { detail: 'the archive has no ZIP64 end records' })
    const narrow = {
      path: isDirectory ? name.slice(0, -1) : name,
      isDirectory,
      nameStart,
      nameLength,
      flags,
      method: entryMethod,
      crc: view.u32(at + 16),
      compressedSize: view.u32(at + 20),
      size: view.u32(at + 24),
      localOffset: view.u32(at + 42),
    }
    const record = widen(view, narrow, extra)
    if (isDirectory && record.size !== 0) throw new FleetError('DIRECTORY_WITH_CONTENT')
    return { record, next }
  } catch (error) {
    throw FleetError.is(error) && error.path === undefined
      ? new FleetError(error.code, { path: name, cause: error })
      : error
  }
}

function checkCoding(flags: number, entryMethod: number, version: number): void {
  if (flags & flag.encrypted) throw new FleetError('ENCRYPTED')
  if (flags & ~allowedFlags)
    throw new FleetError('FLAGS_UNSUPPORTED', { detail: `0x${flags.toString(16).padStart(4, '0')}` })
  if (entryMethod !== method.stored && entryMethod !== method.deflate) {
    throw new FleetError('METHOD_UNSUPPORTED', { detail: `method ${entryMethod}` })
  }
  if (version > newestVersion) throw new FleetError('VERSION_UNSUPPORTED', { detail: `version ${version / 10}` })
}

const unixType = { unspecified: 0, directory: 0x4, regular: 0x8, oldMaven: 0xf } as const
const dosDirectory = 0x10
const dosVolumeLabel = 0x08
const dosDevice = 0x40
// Windows marks links and mount points with it.
const ntfsReparsePoint = 0x400

// Amiga has other bits for the kind, in the place of Unix' user and group id: 7-Zip takes such a file for a folder.
const amiga = { host: 1, type: 0x0c00, directory: 0x0800 } as const

// The type nibble counts whatever the "made by" byte says: some readers look at that byte, some do not (rule 8).
function readKind(name: string, host: number, attributes: number): boolean {
  const isDirectory = name.endsWith('/')
  const type = attributes >>> 28
  const dos = attributes & 0xffff
  const fitsUnix =
    type === unixType.unspecified ||
    (isDirectory ? type === unixType.directory || type === unixType.oldMaven : type === unixType.regular)
  const fitsDos =
    (dos & (dosVolumeLabel | dosDevice | ntfsReparsePoint)) === 0 && (isDirectory || (dos & dosDirectory) === 0)
  const fitsAmiga = host !== amiga.host || isDirectory || ((attributes >>> 16) & amiga.type) !== amiga.directory
  if (!fitsUnix || !fitsDos || !fitsAmiga) throw new FleetError('ENTRY_KIND')
  return isDirectory
}
