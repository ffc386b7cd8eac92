import type { AgentBundle } from '../../bundle/agent-bundle.ts'
import { agentsOf } from '../bundle-parts/agents-of.ts'
import { changedMembers, type MemberChange } from '../bundle-parts/changed-members.ts'
import type { AgentPlace, Comparing, Versions } from './bundle-change.ts'

// Who may use the agent, whether it runs by itself, and which server has its built-in tools.
const important = new Set(['visibility_scope', 'triggers_paused', 'tools_url'])
const ofTools = new Set(['tools', 'interrupt_config'])

/** Members of `config.json` and every `tools.json`, other than models, tools and interrupts. */
export async function diffSettings({ before, after }: Versions<AgentBundle>, comparing: Comparing): Promise<void> {
  const old = new Map((before ? agentsOf(before) : []).map(({ subagent, tools }) => [subagent, tools.raw]))
  const ofConfig = await changedMembers(before?.config ?? {}, after.config, comparing)
  addAll(
    ofConfig.filter(({ member }) => !isModel(member)),
    { path: 'config.json' },
    comparing,
  )
  for (const { subagent, toolsPath: path, tools } of agentsOf(after)) {
    addAll(await changedMembers(old.get(subagent) ?? {}, tools.raw, comparing, ofTools), { path, subagent }, comparing)
    if (comparing.isLate()) await comparing.pause()
  }
}

function addAll(members: readonly MemberChange[], { path, subagent }: AgentPlace, { changes }: Comparing): void {
  for (const change of members) {
    const severity = important.has(change.member.at(-1)!) ? 'notice' : 'info'
    changes.add(severity, path, () => ({ kind: 'setting-changed', subagent, ...change }))
  }
}

function isModel(member: readonly string[]): boolean {
  return /^(?:config\.)?configurable\.llm_model_config\.modelId$/.test(member.join('.'))
}
