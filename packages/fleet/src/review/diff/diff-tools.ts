import type { AgentTool, ToolsConfig } from '../../bundle/agent-bundle.ts'
import { createAsksFirst } from '../bundle-parts/asks-first.ts'
import { changedMembers } from '../bundle-parts/changed-members.ts'
import { showServer } from '../bundle-parts/show-server.ts'
import type { BundleChange, Versions } from './bundle-change.ts'

/** Tools of one agent, by name and server. */
export function diffTools(
  { before, after }: Versions<ToolsConfig>,
  place: { path: string; subagent?: string },
): BundleChange[] {
  const asksFirst = createAsksFirst(after)
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
            ...server('from', moved),
            ...server('to', tool),
            asksFirst: asksFirst(tool),
          }
        : { kind: 'tool-added', severity: 'notice', ...place, ...showTool(tool), asksFirst: asksFirst(tool) },
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

export function showTool(tool: AgentTool): { tool: string; server?: string } {
  return { tool: tool.name, ...server('server', tool) }
}

function server<Member extends string>(
  member: Member,
  { mcp_server_url: url }: AgentTool,
): Partial<Record<Member, string>> {
  return (url ? { [member]: showServer(url) } : {}) as Partial<Record<Member, string>>
}
