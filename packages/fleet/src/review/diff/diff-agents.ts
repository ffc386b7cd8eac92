import { clip } from 'sallyport/provider'
import type { AgentBundle, Subagent } from '../../bundle/agent-bundle.ts'
import { agentsOf } from '../bundle-parts/agents-of.ts'
import { changedMembers } from '../bundle-parts/changed-members.ts'
import { maskSecrets } from '../secrets/mask-secrets.ts'
import type { BundleChange, Versions } from './bundle-change.ts'
import { diffInterrupts } from './diff-interrupts.ts'
import { diffTools } from './diff-tools.ts'

const longestDescription = 300

/** Tools and interrupts of the agent and every subagent in the new version. */
export function diffAgentTools({ before, after }: Versions<AgentBundle>): BundleChange[] {
  const old = new Map((before ? agentsOf(before) : []).map((agent) => [agent.subagent, agent.tools]))
  return agentsOf(after).flatMap(({ subagent, toolsPath: path, tools }) => {
    const place = { path, subagent }
    const versions = { before: old.get(subagent), after: tools }
    return [...diffTools(versions, place), ...diffInterrupts(versions, place)]
  })
}

/** Subagents that were added, removed, or have another front matter. */
export function diffSubagents({ before, after }: Versions<AgentBundle>): BundleChange[] {
  const old = new Map((before?.subagents ?? []).map((subagent) => [subagent.name, subagent]))
  const names = new Set(after.subagents.map(({ name }) => name))
  return [
    ...after.subagents.flatMap((subagent) => diffSubagent({ before: old.get(subagent.name), after: subagent })),
    ...[...old.keys()]
      .filter((name) => !names.has(name))
      .map((name): BundleChange => ({ kind: 'subagent-removed', severity: 'notice', path: promptPath(name), name })),
  ]
}

function diffSubagent({ before, after: { name, frontMatter, description } }: Versions<Subagent>): BundleChange[] {
  const path = promptPath(name)
  if (!before) return [{ kind: 'subagent-added', severity: 'notice', path, name, description: describe(description) }]
  const members = changedMembers(before.frontMatter, frontMatter)
  return members.length === 0 ? [] : [{ kind: 'subagent-changed', severity: 'notice', path, name, members }]
}

/** A description, bounded and without secrets. */
export function describe(description: unknown): string | undefined {
  return typeof description === 'string' ? clip(maskSecrets(description).text, longestDescription) : undefined
}

function promptPath(name: string): string {
  return `subagents/${name}/AGENTS.md`
}
