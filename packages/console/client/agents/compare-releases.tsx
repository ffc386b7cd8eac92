import type { AgentDetail, AgentDiff } from '../../src/api.ts'
import { go, route } from '../router.ts'
import { useAnswer } from '../use-answer.ts'
import { AgentDiffView } from './agent-diff.tsx'
import { toShortDigest } from './digest.tsx'
import { Panel } from '../parts/panel.tsx'
import { Answered } from '../parts/states.tsx'

/** What changed between two releases; which two is in the address. */
export function CompareReleases({ detail }: { readonly detail: AgentDetail }) {
  const { releases, current, previous } = detail
  const { query } = route.value
  const to = query['to'] ?? current ?? releases[0]?.digest ?? ''
  const from = query['from'] ?? previous ?? releases.find(({ digest }) => digest !== to)?.digest ?? to
  if (releases.length < 2) return null
  const choose = (chosen: { readonly from?: string; readonly to?: string }): void =>
    go('agent', { name: detail.name, from, to, ...chosen }, { replace: true })
  const select = (label: string, value: string, onChoose: (digest: string) => void) => (
    <label class="compared">
      <span class="dim">{label}</span>
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {releases.map(({ digest, isCurrent }) => (
          <option key={digest} value={digest}>
            {toShortDigest(digest)}
            {isCurrent ? ' (current)' : ''}
          </option>
        ))}
      </select>
    </label>
  )
  return (
    <Panel
      label="Changes"
      title="Changes"
      right={
        <>
          {select('from', from, (digest) => choose({ from: digest }))}
          {select('to', to, (digest) => choose({ to: digest }))}
        </>
      }
    >
      <ComparedReleases key={`${from} ${to}`} name={detail.name} from={from} to={to} />
    </Panel>
  )
}

function ComparedReleases(query: { readonly name: string; readonly from: string; readonly to: string }) {
  const { name, from, to } = query
  const answer = useAnswer<AgentDiff>('agent/diff', { name, from, to })
  return (
    <Answered answer={answer}>
      {(diff) => (
        <div class="body">
          <AgentDiffView diff={diff} />
        </div>
      )}
    </Answered>
  )
}
