import measure from 'fast-string-truncated-width'
import { toVisible } from 'sallyport/provider'
import type { RuntimeFinding, RuntimeReport } from '@sallyport/fleet'
import { hang } from '../text/wrap.ts'

// In a pipe too: findings are paragraphs.
const most = 80
const indent = ' '.repeat(9)

/** A runtime report as `--json` prints it. */
export function toRuntimeRecord({ ok, findings, omitted, readings }: RuntimeReport): Readonly<Record<string, unknown>> {
  return { ok, findings, omitted, readings }
}

/** A runtime report as text of at most 80 columns: what each runtime does, then every finding with its place and its fix. */
export function renderRuntime({ findings, omitted, readings }: RuntimeReport, columns: number): string {
  const verdicts = Object.entries(readings).map(
    ([runtime, { loads }]) => `${loads ? '✓' : '✗'} ${runtime} ${loads ? 'loads' : 'does not load'} the agent`,
  )
  const more = omitted === 0 ? [] : [`and ${omitted.toLocaleString('en')} more`]
  const both = Object.keys(readings).length
  const width = Math.min(columns, most)
  return [...verdicts, ...findings.map((finding) => renderFinding(finding, both, width)), ...more].join('\n')
}

function renderFinding(finding: RuntimeFinding, both: number, columns: number): string {
  const { severity, code, runtimes, path, line, message } = finding
  const place = toVisible(`${path === '' ? 'bundle' : path}${line === undefined ? '' : `:${line}`}`)
  const concerned = runtimes.length === both ? '' : `${runtimes.join(', ')}: `
  const label = severity.padEnd(indent.length)
  const first = `${label}${place}  ${code}`
  const lines = measure(first).width <= columns ? [first] : [`${label}${code}`, hang(indent, place, columns)]
  return [...lines, hang(indent, concerned + toVisible(message), columns)].join('\n')
}
