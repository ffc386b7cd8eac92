import type { AgentBundle, Subagent } from '../../bundle/agent-bundle.ts'
import { agentsOf } from '../bundle-parts/agents-of.ts'
import { changedMembers } from '../bundle-parts/changed-members.ts'
import { clipMasked } from '../secrets/mask-secrets.ts'
import type { Comparing, Versions } from './bundle-change.ts'
import { diffInterrupts } from './diff-interrupts.ts'
import { diffTools } from './diff-tools.ts'

const longestDescription = 300

/** Tools and interrupts of the agent and every subagent in the new version. */
export async function diffAgentTools({ before, after }: Versions<AgentBundle>, comparing: Comparing): Promise<void> {
  const old = new Map((before ? agentsOf(before) : []).map((agent) => [agent.subagent, agent.tools]))
  for (const { subagent, toolsPath: path, tools } of agentsOf(after)) {
    const versions = { before: old.get(subagent), after: tools }
    await diffTools(versions, { path, subagent }, comparing)
    await diffInterrupts(versions, { path, subagent }, comparing)
  }
}

/** Subagents that were added, removed, or have another front matter. */
export async function diffSubagents({ before, after }: Versions<AgentBundle>, comparing: Comparing): Promise<void> {
  const old = new Map((before?.subagents ?? []).map((subagent) => [subagent.name, subagent]))
  for (const subagent of after.subagents) {
    await diffSubagent({ before: old.get(subagent.name), after: subagent }, comparing)
    old.delete(subagent.name)
    if (comparing.isLate()) await comparing.pause()
  }
  for (const name of old.keys())
    comparing.changes.add('notice', promptPath(name), () => ({ kind: 'subagent-removed', name }))
}

async function diffSubagent({ before, after }: Versions<Subagent>, comparing: Comparing): Promise<void> {
  const { name, frontMatter, description } = after
  const path = promptPath(name)
  if (!before) {
    return comparing.changes.add('notice', path, () => {
      return { kind: 'subagent-added', name, description: describe(description) }
    })
  }
  const members = await changedMembers(before.frontMatter, frontMatter, comparing)
  if (members.length > 0) comparing.changes.add('notice', path, () => ({ kind: 'subagent-changed', name, members }))
}

/** A description, bounded and without secrets. */
export function describe(description: unknown): string | undefined {
  return typeof description === 'string' ? clipMasked(description, longestDescription) : undefined
}

function promptPath(name: string): string {
  return `subagents/${name}/AGENTS.md`
}
