import { createHash, hash, webcrypto } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { FleetError } from '../fleet-error.ts'
import type { ArchiveFile } from '../zip/archive.ts'
import { createLanes } from '../zip/lanes.ts'
import type { Slicer } from '../zip/slicer.ts'
import { sortInSlices } from '../zip/sort-in-slices.ts'
import type { BundleFile } from './agent-bundle.ts'
import type { Reading } from './reading.ts'

// From this size a call into the thread pool costs less than it saves the event loop.
const pooledFrom = 256 * 1024
// The thread pool gets a copy, made at once: from this size that blocks the event loop for long.
const slicedFrom = 4 * 1024 * 1024
const hashStep = 1024 * 1024
// Hashing this much takes less than a slice of time, so it waits until a digest is asked for.
const hashedLater = 8 * 1024 * 1024

/**
 * Sorts files by the bytes of their path and gives each its digest: now, in slices and on the thread pool, or on first use if
 * all small files together are too little to block the event loop.
 */
export async function hashFiles(files: readonly ArchiveFile[], reading: Reading): Promise<BundleFile[]> {
  const hashed: BundleFile[] = []
  const lanes = createLanes()
  const isLater = isSmall(files)
  for (const file of await sortByPath(files, reading)) {
    const { path, bytes } = file
    if (bytes.length < pooledFrom) {
      hashed.push(isLater ? hashLater(file) : { path, bytes, sha256: hash('sha256', bytes, 'hex') })
      if (reading.isDue(bytes.length)) await reading.pause()
      continue
    }
    if (bytes.length >= slicedFrom) {
      hashed.push({ path, bytes, sha256: await hashInSlices(bytes, reading) })
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

/** SHA-256 of bytes, in hex. */
export async function hashInSlices(bytes: Uint8Array, slicer: Slicer): Promise<string> {
  const sha256 = createHash('sha256')
  for (let start = 0; start < bytes.length; start += hashStep) {
    sha256.update(bytes.subarray(start, start + hashStep))
    if (slicer.isLate()) await slicer.pause()
  }
  return sha256.digest('hex')
}

async function hashPooled(bytes: Uint8Array): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex')
}

/**
 * The digest of a bundle: SHA-256 over one line per file, `<sha256> <size> <path>\n`, sorted by the bytes of the path. Paths
 * contain no line breaks, so no two lists of files give the same text.
 *
 * @returns a function, because in small bundles it is computed on first use
 */
export async function createDigest(files: readonly BundleFile[], slicer: Slicer): Promise<() => string> {
  let digest: string | undefined
  if (!isSmall(files)) {
    const listing = createHash('sha256')
    for (const file of files) {
      listing.update(lineOf(file))
      if (slicer.isDue(file.path.length)) await slicer.pause()
    }
    digest = listing.digest('hex')
  }
  return () => (digest ??= hash('sha256', files.map(lineOf).join(''), 'hex'))
}

function lineOf({ sha256, bytes, path }: BundleFile): string {
  return `${sha256} ${bytes.length} ${path}\n`
}

// A call costs about as much as hashing this, and the digest covers names too.
const bytesPerFile = 2 * 1024

function isSmall(files: readonly Pick<BundleFile, 'path' | 'bytes'>[]): boolean {
  const costs = files.map(
    ({ path, bytes: { length } }) => bytesPerFile + path.length + (length < pooledFrom ? length : 0),
  )
  return costs.reduce((sum, cost) => sum + cost, 0) <= hashedLater
}

const beyondBasicPlane = /[\ud800-\udfff]/

// By UTF-8 bytes, as `LC_ALL=C sort`; UTF-16 order differs only beyond the basic plane.
async function sortByPath(files: readonly ArchiveFile[], slicer: Slicer): Promise<ArchiveFile[]> {
  if (!files.some(({ path }) => beyondBasicPlane.test(path)))
    return sortInSlices(files, (left, right) => (left.path < right.path ? -1 : 1), slicer)
  const keyed = files.map((file) => ({ file, key: Buffer.from(file.path) }))
  const sorted = await sortInSlices(keyed, (left, right) => Buffer.compare(left.key, right.key), slicer)
  return sorted.map(({ file }) => file)
}
