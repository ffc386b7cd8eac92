import type { AgentBundle } from '../bundle/agent-bundle.ts'
import { agentsOf } from '../review/bundle-parts/agents-of.ts'
import { createAsksFirst } from '../review/bundle-parts/asks-first.ts'
import { createRuntimeAsks } from '../review/bundle-parts/runtime-asks.ts'
import { createSlicer } from '../zip/slicer.ts'
import type { ToolApproval } from './tool-readiness.ts'

/** By tool, where it is set to ask a person first but the runtime does not ask, or may not. */
export async function findApprovals(bundle: AgentBundle): Promise<Map<string, ToolApproval[]>> {
  const slicer = createSlicer()
  const found = new Map<string, ToolApproval[]>()
  for (const { subagent, tools } of agentsOf(bundle)) {
    const usedBy = subagent === undefined ? 'agent' : `subagents/${subagent}`
    const [asksFirst, runtimeAsks] = [await createAsksFirst(tools, slicer), await createRuntimeAsks(tools, slicer)]
    const looked = new Set<string>()
    for (const tool of tools.tools) {
      if (slicer.isLate()) await slicer.pause()
      const { name } = tool
      if (looked.has(name) || !['yes', 'contradicted'].includes(asksFirst(tool))) continue
      looked.add(name)
      const effect = runtimeAsks(name)
      if (effect.effective === 'yes') continue
      const approvals = found.get(name) ?? []
      approvals.push({ usedBy, ...effect })
      found.set(name, approvals)
    }
  }
  return found
}
