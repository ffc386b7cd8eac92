import type { AgentDiff } from '../../src/api.ts'
import { toPlural } from '../format.ts'
import { Tag, type Tone } from '../parts/tag.tsx'
import { Text } from '../parts/text.tsx'

type Change = AgentDiff['changes'][number]

const tones: Readonly<Record<Change['severity'], Tone>> = { warning: 'warn', notice: 'info', info: 'plain' }

// Of a longer diff, files are closed.
const mostOpenLines = 400

/** What changed between two releases, most important first, with the changed lines. */
export function AgentDiffView({ diff }: { readonly diff: AgentDiff }) {
  const lines = diff.changes.reduce((sum, change) => sum + change.lines.length, 0)
  return (
    <div class="changes">
      <p class="dim">{diff.summary}</p>
      <ul>
        {diff.changes.map((change, index) => (
          <li key={index}>
            <ShownChange change={change} isOpen={lines <= mostOpenLines} />
          </li>
        ))}
      </ul>
      {diff.omitted > 0 && <p class="dim">{toPlural(diff.omitted, 'more change')}</p>}
    </div>
  )
}

function ShownChange({ change, isOpen }: { readonly change: Change; readonly isOpen: boolean }) {
  const head = (
    <>
      <Tag tone={tones[change.severity]}>{change.severity}</Tag> <Text value={change.text} most={2_000} />
    </>
  )
  if (change.lines.length === 0) return <div class="change">{head}</div>
  return (
    <details open={isOpen}>
      <summary class="change">{head}</summary>
      <pre class="diff" tabIndex={0} role="group" aria-label="Changed lines">
        {change.lines.map((line, index) => (
          <span key={index} class={kindOf(line)}>
            <Text value={line} most={5_000} />
          </span>
        ))}
      </pre>
    </details>
  )
}

const kinds: Readonly<Record<string, string>> = { '+': 'add', '-': 'del', '@': 'dim', '\\': 'dim' }

const kindOf = (line: string): string => kinds[line.charAt(0)] ?? ''
