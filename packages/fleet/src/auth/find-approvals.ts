import type { AgentBundle } from '../bundle/agent-bundle.ts'
import { agentsOf } from '../review/bundle-parts/agents-of.ts'
import { createAsksFirst } from '../review/bundle-parts/asks-first.ts'
import { createRuntimeAsks } from '../review/bundle-parts/runtime-asks.ts'
import type { ToolApproval } from './tool-readiness.ts'

/** By tool, where it is set to ask a person first but the runtime does not ask, or may not. */
export function findApprovals(bundle: AgentBundle): Map<string, ToolApproval[]> {
  const found = new Map<string, ToolApproval[]>()
  for (const { subagent, tools } of agentsOf(bundle)) {
    const usedBy = subagent === undefined ? 'agent' : `subagents/${subagent}`
    const [asksFirst, runtimeAsks] = [createAsksFirst(tools), createRuntimeAsks(tools)]
    const isSet = tools.tools.filter((tool) => ['yes', 'contradicted'].includes(asksFirst(tool)))
    for (const name of new Set(isSet.map((tool) => tool.name))) {
      const effect = runtimeAsks(name)
      if (effect.effective === 'yes') continue
      const approvals = found.get(name) ?? []
      approvals.push({ usedBy, ...effect })
      found.set(name, approvals)
    }
  }
  return found
}
