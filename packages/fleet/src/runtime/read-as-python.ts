import type { AgentBundle, BundleFile } from '../bundle/agent-bundle.ts'
import { createSlicer, type Slicer } from '../zip/slicer.ts'
import { toUniversalNewlines } from './python-text.ts'
import { createFindings, type Findings } from './runtime-report.ts'

/** What one check carries along. */
export interface Checking extends Slicer {
  readonly findings: Findings
  readonly files: ReadonlyMap<string, BundleFile>
  /** Whether so much more YAML may be parsed. */
  takeYaml(length: number): boolean
}

// Twice what the reader accepts in all, because the two runtimes may read different text.
const mostYaml = 512 * 1024
const longestText = 256 * 1024

/** Begins to check a bundle. */
export function createChecking({ files }: AgentBundle): Checking {
  let left = mostYaml
  return {
    ...createSlicer(),
    findings: createFindings(),
    files: new Map(files.map((file) => [file.path, file])),
    takeYaml: (length) => (left -= length) >= 0,
  }
}

/** The text of a file with its byte order mark, or `undefined` if it is too long to be looked at in one turn. */
export function decodeText({ bytes }: Pick<BundleFile, 'bytes'>): string | undefined {
  if (bytes.length > longestText) return undefined
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

/** The beginning of a file as Python's `read_text` gives it: more than front matter may have. */
export function readHeadAsPython({ bytes }: BundleFile): string {
  return readAsPython({ bytes: bytes.subarray(0, longestText) })!
}

/** The text of a file as Python's `read_text` gives it, or `undefined` if it is too long. */
export function readAsPython(file: Pick<BundleFile, 'bytes'>): string | undefined {
  const text = decodeText(file)
  return text === undefined ? undefined : toUniversalNewlines(text)
}
