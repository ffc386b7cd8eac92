import { hash, webcrypto } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { FleetError } from '../fleet-error.ts'
import type { ArchiveFile } from '../zip/archive.ts'
import { createLanes } from '../zip/lanes.ts'
import type { BundleFile } from './agent-bundle.ts'
import type { Reading } from './reading.ts'

// From this size a call into the thread pool costs less than it saves the event loop.
const pooledFrom = 256 * 1024
// Hashing this much takes less than a slice of time, so it waits until a digest is asked for.
const hashedLater = 8 * 1024 * 1024

/**
 * Sorts files by the bytes of their path and gives each its digest: now, in slices and on the thread pool, or on first use if
 * all small files together are too little to block the event loop.
 */
export async function hashFiles(files: readonly ArchiveFile[], reading: Reading): Promise<BundleFile[]> {
  const hashed: BundleFile[] = []
  const lanes = createLanes()
  const small = files.reduce((sum, { bytes: { length } }) => sum + (length < pooledFrom ? length : 0), 0)
  for (const file of sortByPath(files)) {
    const { path, bytes } = file
    if (bytes.length < pooledFrom) {
      hashed.push(small <= hashedLater ? hashLater(file) : { path, bytes, sha256: hash('sha256', bytes, 'hex') })
      if (reading.isDue(bytes.length)) await reading.pause()
      continue
    }
    // Reserves its place.
    const index = hashed.push({ path, bytes, sha256: '' }) - 1
    await lanes.begin(async () => {
      hashed[index] = { path, bytes, sha256: await hashPooled(bytes) }
    })
  }
  await lanes.finish()
  return hashed
}

/** A file whose digest is computed on first use; that also checks that the bytes have not changed. */
function hashLater({ path, bytes, crc }: ArchiveFile): BundleFile {
  let sha256: string | undefined
  return {
    path,
    bytes,
    get sha256() {
      if (sha256 === undefined && crc32(bytes) !== crc) throw new FleetError('BUNDLE_ALTERED', { path })
      return (sha256 ??= hash('sha256', bytes, 'hex'))
    },
  }
}

async function hashPooled(bytes: Uint8Array): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex')
}

/**
 * The digest of a bundle: SHA-256 over one line per file, `<sha256> <size> <path>\n`, sorted by the bytes of the path. Paths
 * contain no line breaks, so no two lists of files give the same text.
 */
export function digestFiles(files: readonly BundleFile[]): string {
  let listing = ''
  for (const { sha256, bytes, path } of files) listing += `${sha256} ${bytes.length} ${path}\n`
  return hash('sha256', listing, 'hex')
}

const beyondBasicPlane = /[\ud800-\udfff]/

// By UTF-8 bytes, as `LC_ALL=C sort`; UTF-16 order differs only beyond the basic plane.
function sortByPath(files: readonly ArchiveFile[]): ArchiveFile[] {
  if (!files.some(({ path }) => beyondBasicPlane.test(path)))
    return files.toSorted((left, right) => (left.path < right.path ? -1 : 1))
  return files
    .map((file) => ({ file, key: Buffer.from(file.path) }))
    .toSorted((left, right) => Buffer.compare(left.key, right.key))
    .map(({ file }) => file)
}
