import { toVisible } from 'sallyport/provider'
import type { RuntimeFinding, RuntimeReport } from '@sallyport/fleet'

const columns = 80
const indent = ' '.repeat(9)

/** A runtime report as `--json` prints it. */
export function toRuntimeRecord({ ok, findings, omitted, readings }: RuntimeReport): Readonly<Record<string, unknown>> {
  return { ok, findings, omitted, readings }
}

/** A runtime report as text of 80 columns: what each runtime does, then every finding with its place and its fix. */
export function renderRuntime({ findings, omitted, readings }: RuntimeReport): string {
  const verdicts = Object.entries(readings).map(
    ([runtime, { loads }]) => `${loads ? '✓' : '✗'} ${runtime} ${loads ? 'loads' : 'does not load'} the agent`,
  )
  const more = omitted === 0 ? [] : [`and ${omitted} more`]
  const both = Object.keys(readings).length
  return [...verdicts, ...findings.map((finding) => renderFinding(finding, both)), ...more].join('\n')
}

function renderFinding({ severity, code, runtimes, path, line, message }: RuntimeFinding, both: number): string {
  const place = toVisible(`${path === '' ? 'bundle' : path}${line === undefined ? '' : `:${line}`}`)
  const concerned = runtimes.length === both ? '' : `${runtimes.join(', ')}: `
  const first = `${severity.padEnd(indent.length)}${place}  ${code}`
  const lines = first.length <= columns ? [first] : [`${severity.padEnd(indent.length)}${code}`, ...wrap(place)]
  return [...lines, ...wrap(concerned + toVisible(message))].join('\n')
}

/** Text in indented lines. A word longer than a line is broken. */
function wrap(text: string): string[] {
  const width = columns - indent.length
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ').flatMap((each) => each.match(new RegExp(`.{1,${width}}`, 'gsu')) ?? [''])) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].map((each) => indent + each)
}
