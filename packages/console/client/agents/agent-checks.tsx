import type { AgentDetail, Finding } from '../../src/api.ts'
import { toPlural } from '../format.ts'
import { Findings } from './findings.tsx'
import { Panel } from '../parts/panel.tsx'
import { Tag } from '../parts/tag.tsx'

/** What checks say about the current release, as it is on disk. */
export function AgentChecks({ detail }: { readonly detail: AgentDetail }) {
  const { current, problems, policy, runtime, readiness } = detail
  if (current === undefined) return null
  return (
    <div class="checks">
      <Check
        title="Files"
        check={{ ok: problems.length === 0, findings: problems }}
        passed="Every file is as it was published."
      />
      <Check title="Policy" check={policy} passed="Nothing breaks the policy." />
      <Check title="Runtime" check={runtime} passed="The runtimes load it and read what was published." />
      <Check
        title="Approvals"
        check={readiness}
        passed="Every tool that is set to ask a person first asks. Variables and scopes of tools come with a delivery and are not kept with a release."
      />
    </div>
  )
}

function Check(props: {
  readonly title: string
  readonly check: { readonly ok: boolean; readonly findings: readonly Finding[] } | undefined
  readonly passed: string
}) {
  const { title, check, passed } = props
  if (check === undefined) return null
  const { ok, findings } = check
  const count = findings.length
  return (
    <Panel
      label={title}
      title={title}
      right={
        <Tag tone={ok ? (count === 0 ? 'good' : 'warn') : 'bad'}>{count === 0 ? 'ok' : toPlural(count, 'finding')}</Tag>
      }
    >
      {count === 0 ? (
        <div class="body">
          <p class="dim">{passed}</p>
        </div>
      ) : (
        <Findings findings={findings} label={`${title}: findings`} />
      )}
    </Panel>
  )
}
