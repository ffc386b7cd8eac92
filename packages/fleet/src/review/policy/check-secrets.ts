import type { AgentBundle } from '../../bundle/agent-bundle.ts'
import type { Slicer } from '../../zip/slicer.ts'
import { findSecrets } from '../secrets/find-secrets.ts'
import type { FoundSecret } from '../secrets/secret-rules.ts'
import type { BundlePolicy } from './bundle-policy.ts'
import type { PolicyFinding } from './finding.ts'

const mostPerFile = 20
const mostInAll = 200
const mostBytesPerFile = 4 * 1024 * 1024
const mostBytesInAll = 32 * 1024 * 1024
const binaryWithin = 8 * 1024

/**
 * Searches names and contents of text files for well-known shapes of secrets. A finding shows at most four characters of one.
 * What is too large to search is reported like a secret, as it may not be clean.
 */
export async function checkSecrets(
  { files }: AgentBundle,
  { secrets = true }: BundlePolicy,
  slicer: Slicer,
): Promise<PolicyFinding[]> {
  if (secrets === false) return []
  const severity = secrets === 'warn' ? 'warning' : 'error'
  const findings: PolicyFinding[] = []
  const incomplete = (path: string, message: string): void => {
    findings.push({ severity, rule: 'secret-scan-incomplete', path, message })
  }

  let room = mostBytesInAll
  for (const { path, bytes } of files) {
    if (findings.length >= mostInAll || room === 0) {
      incomplete('', `the search stopped at ${findings.length} findings and ${mostBytesInAll - room} bytes of text`)
      break
    }
    for (const secret of findSecrets(path)) findings.push(toFinding(secret, path, severity, ' in the name of the file'))
    const length = Math.min(bytes.length, mostBytesPerFile, room)
    const text = toScannableText(bytes.subarray(0, length))
    if (text === undefined) continue
    room -= length
    if (length < bytes.length) incomplete(path, `only the first ${length} of ${bytes.length} bytes were searched`)
    findings.push(...searchText(text, path, severity))
    if (slicer.isLate()) await slicer.pause()
  }
  return findings
}

function searchText(text: string, path: string, severity: PolicyFinding['severity']): PolicyFinding[] {
  const found = findSecrets(text)
  // Certain findings first, so that doubtful ones do not crowd them out.
  const chosen = found.toSorted((left, right) => Number(left.generic) - Number(right.generic)).slice(0, mostPerFile)
  const shown = chosen.toSorted((left, right) => left.start - right.start)
  const lines = linesOf(text, shown)
  const findings = shown.map((secret, index) => ({ ...toFinding(secret, path, severity), line: lines[index]! }))
  const rest = found.length - shown.length
  if (rest === 0) return findings
  return [
    ...findings,
    { severity: 'warning', rule: 'secret', path, message: `${rest} more in this file look like secrets` },
  ]
}

function toFinding(secret: FoundSecret, path: string, severity: PolicyFinding['severity'], where = ''): PolicyFinding {
  const begins = secret.shown === undefined ? '' : `, beginning with "${secret.shown}"`
  const message = `looks like a secret${where}: ${secret.kind}${begins}`
  return { severity: secret.generic ? 'warning' : severity, rule: 'secret', path, message }
}

/** Line numbers of sorted findings, in one pass. */
function linesOf(text: string, found: readonly FoundSecret[]): number[] {
  let line = 1
  let position = 0
  return found.map(({ start }) => {
    for (let next = text.indexOf('\n', position); next >= 0 && next < start; next = text.indexOf('\n', position)) {
      line++
      position = next + 1
    }
    return line
  })
}

/**
 * The text of a file, good enough to find keys, which are ASCII: byte by byte, or as UTF-16 after a byte order mark.
 *
 * @returns `undefined` for a binary file
 */
function toScannableText(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  if (bytes.subarray(0, binaryWithin).includes(0)) return undefined
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
