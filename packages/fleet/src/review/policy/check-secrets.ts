import type { AgentBundle, BundleFile } from '../../bundle/agent-bundle.ts'
import type { Slicer } from '../../zip/slicer.ts'
import { searchBytes, type LocatedSecret } from '../secrets/search-bytes.ts'
import type { BundlePolicy } from './bundle-policy.ts'
import type { PolicyFinding } from './finding.ts'

const mostPerFile = 20
const mostInAll = 200
const mebibyte = 1024 * 1024
/** Most bytes to search, by whether a file has a NUL: text has none, unless it is UTF-16. */
const limits = {
  text: { perFile: 4 * mebibyte, inAll: 32 * mebibyte },
  binary: { perFile: 4 * mebibyte, inAll: 16 * mebibyte },
}

/**
 * Searches names and contents of files for well-known shapes of secrets, also in other encodings. A finding shows at most four
 * characters of one. Text that is too large to search is reported like a secret, as it may not be clean.
 */
export async function checkSecrets(
  { files }: AgentBundle,
  { secrets = true }: BundlePolicy,
  slicer: Slicer,
): Promise<PolicyFinding[]> {
  if (secrets === false) return []
  const severity = secrets === 'warn' ? 'warning' : 'error'
  const findings: PolicyFinding[] = []
  const left = { text: limits.text.inAll, binary: limits.binary.inAll }

  for (const [index, file] of files.entries()) {
    if (findings.length >= mostInAll) {
      const message = `the search stopped at ${findings.length} findings; ${files.length - index} files were not searched`
      findings.push({ severity, rule: 'secret-scan-incomplete', path: '', message })
      break
    }
    findings.push(...(await searchName(file, severity, slicer)))
    const kind = file.bytes.includes(0) ? 'binary' : 'text'
    const length = Math.min(file.bytes.length, limits[kind].perFile, left[kind])
    left[kind] -= length
    findings.push(...(await searchContent(file, length, severity, slicer)))
    if (length === file.bytes.length) continue
    const message = `only the first ${length} of ${file.bytes.length} bytes were searched`
    findings.push({
      severity: kind === 'text' ? severity : 'warning',
      rule: 'secret-scan-incomplete',
      path: file.path,
      message,
    })
  }
  return findings
}

type Severity = PolicyFinding['severity']

async function searchName({ path }: BundleFile, severity: Severity, slicer: Slicer): Promise<PolicyFinding[]> {
  const { chosen } = await search(Buffer.from(path), slicer)
  return chosen.map(({ line: _line, ...secret }) => toFinding(secret, path, severity, ' in the name of the file'))
}

async function searchContent(
  { path, bytes }: BundleFile,
  length: number,
  severity: Severity,
  slicer: Slicer,
): Promise<PolicyFinding[]> {
  const { chosen, omitted } = await search(bytes.subarray(0, length), slicer)
  const findings = chosen.map((secret) => ({ ...toFinding(secret, path, severity), line: secret.line }))
  if (omitted === 0) return findings
  const message = `${omitted} more in this file look like secrets`
  return [...findings, { severity: 'warning', rule: 'secret', path, message }]
}

/** The secrets to report: certain ones first, so that doubtful ones do not crowd them out. */
async function search(
  bytes: Uint8Array,
  slicer: Slicer,
): Promise<{ readonly chosen: readonly LocatedSecret[]; readonly omitted: number }> {
  const [certain, doubtful]: [LocatedSecret[], LocatedSecret[]] = [[], []]
  let count = 0
  for (const secret of searchBytes(bytes)) {
    if (secret !== undefined) {
      count++
      const kept = secret.generic ? doubtful : certain
      if (kept.length < mostPerFile) kept.push(secret)
    }
    if (slicer.isLate()) await slicer.pause()
  }
  const chosen = [...certain, ...doubtful].slice(0, mostPerFile)
  return { chosen: chosen.toSorted((left, right) => left.line - right.line), omitted: count - chosen.length }
}

function toFinding(
  { kind, form, shown, generic }: Omit<LocatedSecret, 'line'>,
  path: string,
  severity: Severity,
  where = '',
): PolicyFinding {
  const written = form === '' ? '' : `, as ${form}`
  const begins = shown === undefined ? '' : `, beginning with "${shown}"`
  const message = `looks like a secret${where}: ${kind}${written}${begins}`
  return { severity: generic ? 'warning' : severity, rule: 'secret', path, message }
}
