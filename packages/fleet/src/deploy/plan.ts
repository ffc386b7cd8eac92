import { createHash } from 'node:crypto'
import type { AgentBundle, BundleFile } from '../bundle/agent-bundle.ts'
import { FleetError } from '../fleet-error.ts'

/** The folders and files of a release, by the names they get. */
export interface Plan<File> {
  readonly files: Map<string, File>
  readonly folders: Map<string, Plan<File>>
}

/** One file in the manifest of a release. */
export interface FileRecord {
  /** Relative path, `/` between segments. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** SHA-256, lower-case hex. */
  readonly sha256: string
}

/** A file to write. */
export interface PlannedFile extends BundleFile, FileRecord {}

const deepest = 32

/** The tree of a bundle. */
export function planBundle({ files }: AgentBundle): Plan<PlannedFile> {
  return toPlan(files.map((file) => ({ ...file, size: file.bytes.length })))
}

/**
 * Sorts files into folders. Paths were checked when the bundle was read, but a bundle can also be made by hand. So unsafe
 * paths are refused here again, by rules that share no code with the reader's.
 */
export function toPlan<File extends { readonly path: string }>(files: readonly File[]): Plan<File> {
  const root: Plan<File> = { files: new Map(), folders: new Map() }
  for (const file of files) {
    const segments = file.path.split('/')
    if (segments.length > deepest || !segments.every(isSafeSegment))
      throw new FleetError('TARGET_UNSAFE', { path: file.path })
    const name = segments.pop()!
    let folder = root
    for (const segment of segments) {
      if (folder.files.has(segment)) throw new FleetError('FILE_AND_DIRECTORY', { path: file.path })
      let next = folder.folders.get(segment)
      if (next === undefined) folder.folders.set(segment, (next = { files: new Map(), folders: new Map() }))
      folder = next
    }
    if (folder.folders.has(name)) throw new FleetError('FILE_AND_DIRECTORY', { path: file.path })
    if (folder.files.has(name)) throw new FleetError('DUPLICATE_NAME', { path: file.path })
    folder.files.set(name, file)
  }
  return root
}

/** Whether a name is a plain file name on every platform. */
export function isSafeSegment(segment: string): boolean {
  if (segment === '' || Buffer.byteLength(segment) > 255 || !segment.isWellFormed()) return false
  // Also refuses '.' and '..'.
  if (segment.endsWith('.') || segment.endsWith(' ')) return false
  // oxlint-disable-next-line no-control-regex -- it looks for control characters
  if (/[\u0000-\u001f\u007f/\\:<>|?*"]/.test(segment)) return false
  return !/^(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$) *(?:\.|$)/i.test(segment)
}

/** Whether `text` is a digest, and so can name the folder of a release. */
export function isDigest(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text)
}

/** The digest of a bundle with these files in this order, see `AgentBundle.digest`. */
export function digestRecords(files: readonly FileRecord[]): string {
  const digest = createHash('sha256')
  for (const { path, size, sha256 } of files) digest.update(`${sha256} ${size} ${path}\n`)
  return digest.digest('hex')
}

/**
 * The files of a bundle as its manifest lists them. Their content is checked when it is written.
 *
 * @throws FleetError `BUNDLE_ALTERED` when the bundle's digest is not that of its list of files
 */
export function toRecords({ files, digest }: AgentBundle): FileRecord[] {
  const records = files.map(({ path, bytes, sha256 }) => ({ path, size: bytes.length, sha256 }))
  if (digest !== digestRecords(records)) throw new FleetError('BUNDLE_ALTERED', { detail: 'the list of its files' })
  return records
}
