import type { AgentBundle } from '../../bundle/agent-bundle.ts'
import { agentsOf } from '../bundle-parts/agents-of.ts'
import { changedMembers, type MemberChange } from '../bundle-parts/changed-members.ts'
import type { AgentPlace, BundleChange, Versions } from './bundle-change.ts'

// Who may use the agent, whether it runs by itself, and which server has its built-in tools.
const important = new Set(['visibility_scope', 'triggers_paused', 'tools_url'])
const ofTools = new Set(['tools', 'interrupt_config'])

/** Members of `config.json` and every `tools.json`, other than models, tools and interrupts. */
export function diffSettings({ before, after }: Versions<AgentBundle>): BundleChange[] {
  const old = new Map((before ? agentsOf(before) : []).map(({ subagent, tools }) => [subagent, tools.raw]))
  const changes = changedMembers(before?.config ?? {}, after.config)
    .filter(({ member }) => !isModel(member))
    .map((change) => toChange(change, { path: 'config.json' }))
  for (const { subagent, toolsPath: path, tools } of agentsOf(after)) {
    const place = { path, subagent }
    const [was, is] = [withoutTools(old.get(subagent) ?? {}), withoutTools(tools.raw)]
    changes.push(...changedMembers(was, is).map((change) => toChange(change, place)))
  }
  return changes
}

function toChange(change: MemberChange, place: AgentPlace): BundleChange {
  const severity = important.has(change.member.at(-1)!) ? 'notice' : 'info'
  return { kind: 'setting-changed', severity, ...place, ...change }
}

function isModel(member: readonly string[]): boolean {
  return /^(?:config\.)?configurable\.llm_model_config\.modelId$/.test(member.join('.'))
}

function withoutTools(raw: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(raw).filter(([member]) => !ofTools.has(member)))
}
