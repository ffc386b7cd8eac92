import { decodeBase64 } from '../zip/decode-base64.ts'
import { readArchive } from '../zip/read-archive.ts'
import { createSlicer, type Slicer } from '../zip/slicer.ts'
import { FleetError } from '../fleet-error.ts'
import type { ArchiveFile } from '../zip/archive.ts'
import type { AgentBundle } from './agent-bundle.ts'
import { digestFiles, hashFiles } from './hash-files.ts'
import { toLimits, type BundleLimits } from './limits.ts'
import { readLayout } from './read-layout.ts'
import { selectFiles } from './select-files.ts'

/**
 * Reads an agent's bundle out of a ZIP archive, completely and unambiguously, or refuses it whole: whatever two careful
 * parsers could read differently is an error, before any file is handed out. The rules stand in `docs/bundles.md`.
 *
 * Large bundles are read in slices of 8 ms and on the thread pool, so the event loop is never held for long.
 *
 * @param input the archive as bytes, as canonical base64, or as a `Blob`
 * @param limits what to accept, in bytes; the defaults are those of `BundleLimits`
 * @throws FleetError with the code of the rule that was broken; SallyportError `OPTION_INVALID` for a limit that is no number
 * @example
 * const bundle = await readBundle(payload.files.content_base64)
 * console.log(bundle.digest, bundle.files.map(({ path }) => path))
 */
export async function readBundle(
  input: Uint8Array | string | Blob,
  limits: Partial<BundleLimits> = {},
): Promise<AgentBundle> {
  const allLimits = toLimits(limits)
  const slicer = createSlicer()
  const bytes = await toBytes(input, allLimits, slicer)
  const { files, directories } = await readArchive(bytes, allLimits, slicer)
  return assembleBundle(files, directories, slicer)
}

/** Makes a bundle of files whose names are known to be safe. */
export async function assembleBundle(
  archiveFiles: readonly ArchiveFile[],
  directories: readonly string[] = [],
  slicer: Slicer = createSlicer(),
): Promise<AgentBundle> {
  const selected = selectFiles(archiveFiles, directories)
  const files = await hashFiles(selected.files, slicer)
  const layout = await readLayout(files, selected.warnings, slicer)
  let digest: string | undefined
  return {
    ...layout,
    files,
    get digest() {
      return (digest ??= digestFiles(files))
    },
  }
}

async function toBytes(
  input: Uint8Array | string | Blob,
  { maxArchiveBytes }: BundleLimits,
  slicer: Slicer,
): Promise<Buffer> {
  if (typeof input === 'string') return decodeBase64(input, maxArchiveBytes, slicer)
  // A copy: what is checked must be what is handed out, whatever the caller does with its bytes meanwhile.
  if (input instanceof Uint8Array) return copyBounded(input, maxArchiveBytes)
  if (input.size > maxArchiveBytes) throw new FleetError('ARCHIVE_TOO_LARGE')
  return Buffer.from(await input.arrayBuffer())
}

function copyBounded(input: Uint8Array, maxArchiveBytes: number): Buffer {
  if (input.byteLength > maxArchiveBytes) throw new FleetError('ARCHIVE_TOO_LARGE')
  return Buffer.from(input)
}
