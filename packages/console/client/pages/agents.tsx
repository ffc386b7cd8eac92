import type { AgentList } from '../../src/api.ts'
import { toPlural } from '../format.ts'
import { Digest } from '../agents/digest.tsx'
import { Heading } from '../parts/heading.tsx'
import { Panel } from '../parts/panel.tsx'
import { Answered, Empty } from '../parts/states.tsx'
import { Table } from '../parts/table.tsx'
import { Tag } from '../parts/tag.tsx'
import { Text } from '../parts/text.tsx'
import { Time } from '../parts/time.tsx'
import { href } from '../router.ts'
import { useAnswer } from '../use-answer.ts'

const columns = [
  { name: 'Agent' },
  { name: 'Current release' },
  { name: 'Published by' },
  { name: 'Deployed' },
  { name: 'Releases', isNumber: true },
]

/** Every deployed agent and its current release. */
export function AgentsPage() {
  const answer = useAnswer<AgentList>('agents', {}, { everyMs: 15_000 })
  const count = answer.data?.agents.length
  const title = (
    <>
      <Heading title="Agents" />
      {count !== undefined && <span class="dim">{toPlural(count, 'deployment')}</span>}
    </>
  )
  return (
    <Panel label="Agents" title={title} className="agents">
      <Answered answer={answer}>{({ agents }) => <AgentTable agents={agents} />}</Answered>
    </Panel>
  )
}

function AgentTable({ agents }: AgentList) {
  if (agents.length === 0)
    return (
      <Empty title="No agent is deployed here yet">
        An agent appears here once a receiver deploys what Fleet publishes, with deployBundle.
      </Empty>
    )
  return (
    <Table label="Agents" columns={columns}>
      {agents.map(({ name, current, publisher, deployedAt, releases, problem }) => (
        <tr key={name}>
          <td class="title">
            <a class="cover" href={href('agent', { name })}>
              <Text value={name} />
            </a>
            {problem !== undefined && (
              <p class="problem long">
                <Tag tone="bad">problem</Tag> <Text value={problem} />
              </p>
            )}
          </td>
          <td data-label="Current">
            {current === undefined ? <span class="dim">none</span> : <Digest value={current} />}
          </td>
          <td class="long" data-label="Published by">
            {publisher !== undefined && <Text value={publisher} most={80} />}
          </td>
          <td data-label="Deployed">{deployedAt !== undefined && <Time at={deployedAt} />}</td>
          <td class="num" data-label="Releases">
            {releases}
          </td>
        </tr>
      ))}
    </Table>
  )
}
