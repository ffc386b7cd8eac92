import { createHash, hash, webcrypto } from 'node:crypto'
import type { ArchiveFile } from '../zip/archive.ts'
import type { Slicer } from '../zip/slicer.ts'
import type { BundleFile } from './agent-bundle.ts'

// From here a call into the thread pool costs less than it spares the event loop.
const pooledFrom = 256 * 1024
const mostInFlight = 4

/** Sorts files by the bytes of their path and gives each its digest. */
export async function hashFiles(files: readonly ArchiveFile[], slicer: Slicer): Promise<BundleFile[]> {
  const sorted = files.toSorted((left, right) => comparePaths(left.path, right.path))
  const hashed: BundleFile[] = []
  const inFlight = new Set<Promise<void>>()
  for (const [index, { path, bytes }] of sorted.entries()) {
    if (bytes.length < pooledFrom) {
      hashed[index] = { path, bytes, sha256: hash('sha256', bytes, 'hex') }
      if (slicer.isLate()) await slicer.pause()
      continue
    }
    const work = hashPooled(bytes).then((sha256) => {
      inFlight.delete(work)
      return void (hashed[index] = { path, bytes, sha256 })
    })
    inFlight.add(work)
    if (inFlight.size >= mostInFlight) await Promise.race(inFlight)
  }
  await Promise.all(inFlight)
  return hashed
}

async function hashPooled(bytes: Uint8Array): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex')
}

/**
 * The digest of a bundle: SHA-256 over one line per file, `<sha256> <size> <path>\n`, sorted by the bytes of the path. Paths
 * hold no line breaks, so no two lists of files give the same text.
 */
export function digestFiles(files: readonly BundleFile[]): string {
  const digest = createHash('sha256')
  digest.update(files.map(({ sha256, bytes, path }) => `${sha256} ${bytes.length} ${path}\n`).join(''), 'utf8')
  return digest.digest('hex')
}

// By UTF-8 bytes, as `LC_ALL=C sort` does; UTF-16 order differs from it beyond the basic plane.
function comparePaths(left: string, right: string): number {
  if (left === right) return 0
  const isBasic = !/[\ud800-\udfff]/.test(left + right)
  if (isBasic) return left < right ? -1 : 1
  return Buffer.compare(Buffer.from(left), Buffer.from(right))
}
