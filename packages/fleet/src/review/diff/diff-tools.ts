import type { AgentTool, ToolsConfig } from '../../bundle/agent-bundle.ts'
import { createAsksFirst } from '../bundle-parts/asks-first.ts'
import { changedMembers } from '../bundle-parts/changed-members.ts'
import { createRuntimeAsks } from '../bundle-parts/runtime-asks.ts'
import { showServer } from '../bundle-parts/show-server.ts'
import type { AgentPlace, BundleChange, Versions } from './bundle-change.ts'

/** Tools of one agent, by name and server. */
export function diffTools({ before, after }: Versions<ToolsConfig>, place: AgentPlace): BundleChange[] {
  const [asksFirst, runtimeAsks] = [createAsksFirst(after), createRuntimeAsks(after)]
  const asking = (tool: AgentTool) => ({ asksFirst: asksFirst(tool), ...runtimeAsks(tool.name) })
  const changes: BundleChange[] = []
  const old = Map.groupBy(before?.tools ?? [], identify)
  const added: AgentTool[] = []
  for (const tool of after.tools) {
    const same = old.get(identify(tool))?.shift()
    if (!same) added.push(tool)
    else if (same !== tool) {
      const members = changedMembers(same, tool)
      const change = { kind: 'tool-changed', severity: 'info', ...place, ...showTool(tool), members } as const
      if (members.length > 0) changes.push(change)
    }
  }

  const removed = Map.groupBy([...old.values()].flat(), ({ name }) => name)
  for (const tool of added) {
    const moved = removed.get(tool.name)?.shift()
    changes.push(
      moved
        ? {
            kind: 'tool-server-changed',
            severity: 'warning',
            ...place,
            tool: tool.name,
            from: serverOf(moved),
            to: serverOf(tool),
            ...asking(tool),
          }
        : { kind: 'tool-added', severity: 'notice', ...place, ...showTool(tool), ...asking(tool) },
    )
  }
  for (const tool of [...removed.values()].flat()) {
    changes.push({ kind: 'tool-removed', severity: 'info', ...place, ...showTool(tool) })
  }
  return changes
}

function identify({ name, mcp_server_url }: AgentTool): string {
  return JSON.stringify([name, mcp_server_url ?? ''])
}

export function showTool(tool: AgentTool): { tool: string; server: string | undefined } {
  return { tool: tool.name, server: serverOf(tool) }
}

function serverOf({ mcp_server_url: url }: AgentTool): string | undefined {
  return url ? showServer(url) : undefined
}
