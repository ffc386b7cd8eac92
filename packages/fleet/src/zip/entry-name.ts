import { isAscii, isUtf8 } from 'node:buffer'
import { FleetError } from '../fleet-error.ts'
import type { FleetErrorCode } from '../error-codes.ts'

const longestName = 1024
const longestSegment = 255
const deepest = 32

// oxlint-disable-next-line no-control-regex -- it looks for control characters
const refusedAscii = /[\u0000-\u001f\u007f\\:<>|?*"]/
// Control, format (zero-width, bidirectional, tags), line and paragraph separators, and invisible letters.
const refusedUnicode =
  // oxlint-disable-next-line no-misleading-character-class -- single characters, combining ones among them
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\u{fff9}-\u{fffb}]/u
// With or without an extension, and spaces before its dot.
const deviceName = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$) *(?:\.|$)/i

// Nearly all names are harmless, and one test shows it: printable ASCII, nothing that the rules below reject.
const suspicious =
  /[^ -~]|[\\:<>|?*"]|^\/|\/\/|[. ](?:\/|$)|(?:^|\/)(?:con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$) *(?:[./]|$)/i
// Short enough to have neither too many levels nor too long a segment.
const shortName = 2 * deepest

/**
 * Reads the name of an entry in an archive, by the rules of `readEntryName`.
 *
 * @param start offset of the name
 * @param end offset after the name
 */
export function readNameAt(
  archive: Buffer,
  start: number,
  end: number,
  isFlaggedUtf8: boolean,
  allowUnflaggedUtf8: boolean,
): string {
  if (end > start && end - start <= shortName) {
    const name = archive.toString('latin1', start, end)
    if (!suspicious.test(name)) return name
  }
  return readEntryName(archive.subarray(start, end), isFlaggedUtf8, allowUnflaggedUtf8)
}

/**
 * Decodes and checks the name of an entry (rules 11 to 13). The result is a relative path that joins safely to a folder on
 * every platform. A directory keeps its trailing slash.
 */
export function readEntryName(bytes: Buffer, isFlaggedUtf8: boolean, allowUnflaggedUtf8: boolean): string {
  if (bytes.length === 0) throw new FleetError('NAME_EMPTY')
  if (bytes.length > longestName) throw new FleetError('NAME_TOO_LONG')
  const isPlain = isAscii(bytes)
  const name = isPlain ? bytes.toString('latin1') : decodeName(bytes, isFlaggedUtf8, allowUnflaggedUtf8)
  const problem = findProblem(name, isPlain)
  if (problem !== undefined) throw new FleetError(problem, { path: name })
  return name
}

function decodeName(bytes: Buffer, isFlaggedUtf8: boolean, allowUnflaggedUtf8: boolean): string {
  if (!isUtf8(bytes)) throw new FleetError('NAME_NOT_UTF8', { path: bytes.toString('latin1') })
  const name = bytes.toString('utf8')
  if (!isFlaggedUtf8 && !allowUnflaggedUtf8) throw new FleetError('NAME_UNFLAGGED', { path: name })
  return name
}

function findProblem(name: string, isPlain: boolean): FleetErrorCode | undefined {
  if (refusedAscii.test(name) || (!isPlain && refusedUnicode.test(name))) return 'NAME_CHARACTER'
  if (name.startsWith('/')) return 'PATH_ABSOLUTE'
  const segments = (name.endsWith('/') ? name.slice(0, -1) : name).split('/')
  if (segments.length > deepest) return 'NAME_TOO_DEEP'
  for (const segment of segments) {
    const problem = findSegmentProblem(segment, isPlain)
    if (problem !== undefined) return problem
  }
  return undefined
}

function findSegmentProblem(segment: string, isPlain: boolean): FleetErrorCode | undefined {
  if (segment === '') return 'PATH_SEGMENT_EMPTY'
  if (segment === '.' || segment === '..') return 'PATH_TRAVERSAL'
  if ((isPlain ? segment.length : Buffer.byteLength(segment)) > longestSegment) return 'NAME_TOO_LONG'
  if (segment.endsWith('.') || segment.endsWith(' ')) return 'NAME_NOT_PORTABLE'
  // As some file systems change it: compatibility forms of slash and dot must not become real ones.
  const normal = isPlain ? segment : segment.normalize('NFKC')
  // Some characters become eighteen; a name must not grow when it is folded.
  if (normal.length > longestSegment) return 'NAME_TOO_LONG'
  if (normal.includes('/') || normal.includes('\\')) return 'NAME_CHARACTER'
  if (normal === '.' || normal === '..') return 'PATH_TRAVERSAL'
  return deviceName.test(normal) ? 'NAME_NOT_PORTABLE' : undefined
}

/** Equal for two names that are the same on some file system: compatibility form, full case folding. */
export function foldName(name: string): string {
  if (!beyondAscii.test(name)) return name.toUpperCase()
  const lower = name
    .normalize('NFKC')
    .replaceAll(/[\ufe00-\ufe0f]/g, '')
    .toLowerCase()
  return lower.normalize('NFKC').toUpperCase().normalize('NFKC')
}

// oxlint-disable-next-line no-control-regex -- all of ASCII
const beyondAscii = /[^\u0000-\u007f]/
