import { LongText } from 'sallyport/provider'
import { decodeBase64 } from '../zip/decode-base64.ts'
import { readArchive } from '../zip/read-archive.ts'
import { FleetError } from '../fleet-error.ts'
import type { ArchiveFile } from '../zip/archive.ts'
import type { AgentBundle } from './agent-bundle.ts'
import { createDigest, hashFiles } from './hash-files.ts'
import type { BundleLimits } from './limits.ts'
import { readLayout } from './read-layout.ts'
import { createReading, type Reading } from './reading.ts'
import { selectFiles } from './select-files.ts'

/**
 * Reads an agent's bundle from a ZIP archive, completely and unambiguously, or rejects it whole: anything that two careful
 * parsers could read differently is an error, before any file is returned. See `docs/bundles.md` for the rules.
 *
 * Large bundles are read in slices of 8 ms and on the thread pool, so the event loop is never blocked for long.
 *
 * @param input the archive as bytes, as canonical base64 (text, or a `LongText` of a payload), or as a `Blob`
 * @param limits limits in bytes; for defaults see `BundleLimits`
 * @throws FleetError with the code of the broken rule
 * @throws SallyportError `OPTION_INVALID` for a limit that is not a number
 * @example
 * const bundle = await readBundle(payload.files.content_base64)
 * console.log(bundle.digest, bundle.files.map(({ path }) => path))
 */
export async function readBundle(
  input: Uint8Array | string | LongText | Blob,
  limits: BundleLimits = {},
): Promise<AgentBundle> {
  const reading = createReading(limits)
  const bytes = await toBytes(input, reading)
  const { files, directories } = await readArchive(bytes, reading)
  return assembleBundle(files, directories, reading)
}

/** Makes a bundle of files with checked names. @param kind a skill needs no `AGENTS.md` and has no settings */
export async function assembleBundle(
  archiveFiles: readonly ArchiveFile[],
  directories: readonly string[],
  reading: Reading,
  kind: 'agent' | 'skill' = 'agent',
): Promise<AgentBundle> {
  const selected = await selectFiles(archiveFiles, directories, kind, reading)
  const files = await hashFiles(selected.files, reading)
  const layout = await readLayout(files, selected.warnings, reading, kind)
  const digest = await createDigest(files, reading)
  return {
    ...layout,
    files,
    get digest() {
      return digest()
    },
  }
}

async function toBytes(input: Uint8Array | string | LongText | Blob, reading: Reading): Promise<Buffer> {
  if (typeof input === 'string' || input instanceof LongText) return decodeBase64(input, reading)
  const isBytes = input instanceof Uint8Array
  if ((isBytes ? input.byteLength : input.size) > reading.limits.maxArchiveBytes)
    throw new FleetError('ARCHIVE_TOO_LARGE')
  // A copy: the caller may change its bytes, but what was checked is what is returned.
  return isBytes ? copyInSlices(input, reading) : Buffer.from(await input.arrayBuffer())
}

const copyStep = 1024 * 1024

async function copyInSlices(input: Uint8Array, reading: Reading): Promise<Buffer> {
  const copy = Buffer.allocUnsafe(input.byteLength)
  for (let start = 0; start < input.byteLength; start += copyStep) {
    copy.set(input.subarray(start, start + copyStep), start)
    if (reading.isLate()) await reading.pause()
  }
  return copy
}
