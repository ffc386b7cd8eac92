import type { AgentDetail } from '../../src/api.ts'
import { AgentChecks } from '../agents/agent-checks.tsx'
import { CompareReleases } from '../agents/compare-releases.tsx'
import { Digest } from '../agents/digest.tsx'
import { Heading } from '../parts/heading.tsx'
import { Panel } from '../parts/panel.tsx'
import { ReleaseTable } from '../agents/release-table.tsx'
import { Answered } from '../parts/states.tsx'
import { Tag } from '../parts/tag.tsx'
import { Text } from '../parts/text.tsx'
import { Time } from '../parts/time.tsx'
import { href, route } from '../router.ts'
import { useAnswer, type Answer } from '../use-answer.ts'

/** One agent: its releases, what changed between them, and the checks of the current one. */
export function AgentPage() {
  const { name = '' } = route.value.query
  const answer = useAnswer<AgentDetail>('agent', { name }, { everyMs: 30_000 })
  const title = (
    <>
      <a class="dim" href={href('agents')}>
        Agents
      </a>
      <span class="faint" aria-hidden="true">
        /
      </span>
      <Heading title={name}>
        <Text value={name} most={100} />
      </Heading>
    </>
  )
  return (
    <div class="stack">
      <Panel label="Agent" title={title} right={answer.data && <AgentState detail={answer.data} />}>
        <Answered answer={answer}>
          {(detail) => (
            <div class="body">
              <Facts detail={detail} />
            </div>
          )}
        </Answered>
      </Panel>
      {answer.data !== undefined && <Details detail={answer.data} answer={answer} />}
    </div>
  )
}

function AgentState({ detail }: { readonly detail: AgentDetail }) {
  const { current, problems, policy, runtime, readiness } = detail
  if (current === undefined) return <Tag tone="warn">not deployed</Tag>
  if (problems.length > 0) return <Tag tone="bad">damaged</Tag>
  if (policy?.ok === false || runtime?.ok === false) return <Tag tone="bad">fails a check</Tag>
  return readiness?.ok === false ? <Tag tone="warn">not ready</Tag> : <Tag tone="good">all checks pass</Tag>
}

function Facts({ detail }: { readonly detail: AgentDetail }) {
  const release = detail.releases.find(({ isCurrent }) => isCurrent)
  return (
    <dl class="facts">
      {detail.agent !== undefined && (
        <>
          <dt>Name</dt>
          <dd>
            <Text value={detail.agent} />
          </dd>
        </>
      )}
      <dt>Current</dt>
      <dd>{release === undefined ? 'no release' : <Digest value={release.digest} />}</dd>
      {release?.deployedAt !== undefined && (
        <>
          <dt>Deployed</dt>
          <dd>
            <Time at={release.deployedAt} as="exact" />
          </dd>
        </>
      )}
      {release?.publisher !== undefined && (
        <>
          <dt>Published by</dt>
          <dd>
            <Text value={release.publisher} />
          </dd>
        </>
      )}
      {release?.action !== undefined && (
        <>
          <dt>Webhook</dt>
          <dd>
            <Text value={release.action} />
          </dd>
        </>
      )}
      {release?.commit !== undefined && (
        <>
          <dt>Commit</dt>
          <dd class="mono">
            <Text value={release.commit} />
          </dd>
        </>
      )}
    </dl>
  )
}

function Details({ detail, answer }: { readonly detail: AgentDetail; readonly answer: Answer<AgentDetail> }) {
  return (
    <>
      <AgentChecks detail={detail} />
      <ReleaseTable detail={detail} onRolledBack={answer.reload} />
      <CompareReleases detail={detail} />
    </>
  )
}
