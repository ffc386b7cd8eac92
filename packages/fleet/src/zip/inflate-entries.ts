import { inflateRaw, inflateRawSync, crc32, type InflateRaw } from 'node:zlib'
import type { Reading } from '../bundle/reading.ts'
import { FleetError } from '../fleet-error.ts'
import { method, type ArchiveFile, type DirectoryRecord, type LocatedEntry } from './archive.ts'
import type { ByteView } from './byte-view.ts'
import { createLanes } from './lanes.ts'

// A call into the thread pool costs as much as inflating tens of kilobytes, so it pays for large entries only.
const pooledFrom = 256 * 1024
const crcSlice = 1024 * 1024

/** Decompresses every file; sizes, CRC and consumed length must be exact (rule 18). Checks directories and leaves them out. */
export async function inflateEntries(
  view: ByteView,
  entries: readonly LocatedEntry[],
  reading: Reading,
): Promise<ArchiveFile[]> {
  const files: ArchiveFile[] = []
  const lanes = createLanes()
  for (const { record, dataStart } of entries) {
    const data = view.bytes.subarray(dataStart, dataStart + record.compressedSize)
    const slot = files.length
    if (record.method === method.deflate && record.size >= pooledFrom) {
      // Reserves its place; a directory cannot have content.
      files.push(toFile(record, data))
      await lanes.begin(async () => {
        files[slot] = toFile(record, await inflatePooled(record, data, reading))
      })
      continue
    }
    const bytes = record.method === method.deflate ? inflateNow(record, data) : data
    if (bytes.length < pooledFrom) expectCrc(record, crc32(bytes))
    else await checkCrc(record, bytes, reading)
    if (!record.isDirectory) files[slot] = toFile(record, bytes)
    if (reading.isDue(record.size + record.compressedSize)) await reading.pause()
  }
  await lanes.finish()
  return files
}

const toFile = ({ path, crc }: DirectoryRecord, bytes: Uint8Array): ArchiveFile => ({ path, bytes, crc })

// One chunk of the whole size, so nothing is concatenated; what does not fit is more than was declared.
const bounds = ({ size }: DirectoryRecord): { chunkSize: number; maxOutputLength: number; info: true } => ({
  chunkSize: Math.max(64, size + 1),
  maxOutputLength: Math.max(1, size),
  info: true,
})

interface Inflated {
  readonly buffer: Buffer
  readonly engine: InflateRaw
}

function inflateNow(record: DirectoryRecord, data: Buffer): Buffer {
  let result: Inflated
  try {
    result = inflateRawSync(data, bounds(record)) as unknown as Inflated
  } catch (cause) {
    throw toFleetError(cause, record)
  }
  return checkLengths(record, data, result)
}

async function inflatePooled(record: DirectoryRecord, data: Buffer, reading: Reading): Promise<Buffer> {
  const result = await new Promise<Inflated>((resolve, reject) => {
    inflateRaw(data, bounds(record), (cause, output) => {
      if (cause) reject(toFleetError(cause, record))
      else resolve(output as unknown as Inflated)
    })
  })
  const bytes = checkLengths(record, data, result)
  await checkCrc(record, bytes, reading)
  return bytes
}

function checkLengths({ path, size }: DirectoryRecord, data: Buffer, { buffer, engine }: Inflated): Buffer {
  if (buffer.length !== size) throw new FleetError('SIZE_MISMATCH', { path })
  if (engine.bytesWritten !== data.length) throw new FleetError('COMPRESSED_SIZE_MISMATCH', { path })
  return buffer
}

function toFleetError(cause: unknown, { path }: DirectoryRecord): FleetError {
  const isTooLong = (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
  return new FleetError(isTooLong ? 'SIZE_MISMATCH' : 'DEFLATE_INVALID', { path, cause })
}

async function checkCrc(record: DirectoryRecord, bytes: Uint8Array, reading: Reading): Promise<void> {
  let actual = 0
  for (let start = 0; start < bytes.length; start += crcSlice) {
    actual = crc32(bytes.subarray(start, start + crcSlice), actual)
    if (reading.isLate()) await reading.pause()
  }
  expectCrc(record, actual)
}

function expectCrc({ path, crc }: DirectoryRecord, actual: number): void {
  if (actual !== crc) throw new FleetError('CRC_MISMATCH', { path })
}
